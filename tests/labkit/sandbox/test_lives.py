"""A module that is started again in its folder: what it has written outlives the restart."""

import contextlib
import textwrap
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from support.live import until

from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.sandbox.setup import Setup

pytestmark = pytest.mark.sandbox

COUNTS = """
    import os
    from pathlib import Path
    from fastapi import FastAPI
    app = FastAPI()
    place = Path("count.txt")
    lives = int(place.read_text()) + 1 if place.exists() else 1
    place.write_text(str(lives))
    if os.environ.get("BROKEN"):
        raise RuntimeError("no more")

    @app.get("/")
    def read():
        return [lives, os.environ["WORD"], os.getpid()]

    @app.get("/end")
    def end():
        os._exit(0)
"""
SETUP = Setup({"WORD": "first"}, restarts=True)


WRITES = """
    import sqlite3
    from fastapi import FastAPI
    app = FastAPI()
    sqlite3.connect("notes.db").execute("CREATE TABLE IF NOT EXISTS notes (word TEXT)")

    @app.get("/{word}")
    def write(word: str):
        with sqlite3.connect("notes.db", timeout=60) as connection:
            connection.execute("INSERT INTO notes VALUES (?)", [word])
        return word
"""


@pytest.fixture
def running(tier):
    with contextlib.closing(Servers(Module("student", textwrap.dedent(COUNTS)), tier.lock)) as servers:
        yield servers(SETUP)


def test_nobody_writes_to_a_database_that_is_held(tier):
    """While a database is held, whoever wants to write waits; a file that is no database is not held."""
    with contextlib.closing(Servers(Module("student", textwrap.dedent(WRITES)), tier.lock)) as servers:
        running = servers(Setup(restarts=True))
        with running.holding("notes.db") as let_go, ThreadPoolExecutor() as pool:
            asked = pool.submit(running.api.plain().get, "/word", seconds=300)
            assert wait([asked], 0.3).done == set()
            let_go()
            asked.result().expect(200, "word")
        with running.holding("nothing.db"):
            running.api.get("/other").expect(200, "other")


def test_nobody_reads_along_what_is_asked(tier):
    """What the judge asks of a module that is started again reaches the one that it is meant for, each time."""
    with contextlib.closing(Servers(Module("student", textwrap.dedent(WRITES)), tier.lock)) as servers:
        running = servers(Setup(restarts=True))
        for number in range(30):
            with running.holding("notes.db") as let_go:
                let_go()
                running.api.get(f"/{number}").expect(200, str(number))


def test_a_folder_outlives_a_restart(running):
    """Each life is a process of its own, in the same folder, with the variables that were said last."""
    seen = [running.api.get("/").json]
    for word in ("second", "third"):
        running.restart(WORD=word)
        assert running.problem == ""
        seen.append(running.api.get("/").json)
    assert [one[:2] for one in seen] == [[1, "first"], [2, "second"], [3, "third"]]
    assert len({one[2] for one in seen}) == 3


def test_a_restart_that_fails_is_told(running):
    """A module that does not start again says why, and nothing is served."""
    running.restart(BROKEN="yes")
    assert "RuntimeError: no more" in running.problem
    until(lambda: not running.alive)


def test_a_process_that_ends_by_itself_is_not_started_again(running):
    """Only the judge starts another life: where the module has ended itself there is none."""
    with contextlib.suppress(AssertionError):
        running.api.get("/end")
    until(lambda: not running.alive)
    running.restart()
    assert running.problem == "The app did not start again."
