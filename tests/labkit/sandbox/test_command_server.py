"""A module under a real production server in the lock: started, signalled, ended, and nothing left of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from support.live import until

from labkit.checks.api import Mismatch
from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.sandbox import client, processes
from labkit.sandbox.setup import Command, Setup

pytestmark = pytest.mark.sandbox

HEAD = "import os, sys, asyncio\nfrom fastapi import FastAPI\n"
APP = HEAD + "app = FastAPI()\n@app.get('/whoami')\ndef whoami():\n    return {'pid': os.getpid()}\n"
FACTORY = HEAD + (
    "def create_app():\n    app = FastAPI()\n"
    "    @app.get('/whoami')\n    def whoami():\n        return {'pid': os.getpid()}\n    return app\n"
)
CONFIG = """
bind = ["127.0.0.1:9", "unix:/nowhere"]
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 20
"""
GUNICORN = Command("gunicorn", ("--config", "student/gunicorn.conf.py"))


@pytest.fixture
def start():
    with contextlib.ExitStack() as stack:

        def servers(text, lock="rlimits", **beside):
            module = Module(
                "student",
                textwrap.dedent(text),
                sections=("setup", "broken"),
                beside={"gunicorn.conf.py": CONFIG, **beside},
            )
            return stack.enter_context(contextlib.closing(Servers(module, lock)))

        yield servers


def pids(running, without=0):
    """Ask until two processes other than one have answered; return their numbers."""
    found = set()

    def enough():
        with contextlib.suppress(Mismatch):
            found.add(running.api.get("/whoami").expect(200).json["pid"])
        return len(found - {without}) == 2

    until(enough)
    return found


@pytest.mark.parametrize(
    "command",
    [Command("uvicorn"), Command("uvicorn", ("--workers", "2")), GUNICORN],
    ids=["uvicorn", "uvicorn with workers", "gunicorn"],
)
def test_a_command_serves_and_ends(start, tier, command):
    """A server that is started by command answers, ends on SIGTERM, and refuses what comes then, in every tier."""
    running = start(APP, tier.lock)(Setup(command=command))
    assert running.problem == ""
    running.api.get("/whoami").expect(200)
    assert running.signal(signal.SIGTERM)
    assert running.exit_code(20) in (0, -signal.SIGTERM)
    assert not running.alive
    with pytest.raises(Mismatch):
        running.api.get("/whoami")


def test_a_killed_worker_comes_back(start, tier):
    """Two workers answer; one that is killed is replaced by another."""
    running = start(APP, tier.lock)(Setup(command=GUNICORN))
    victim = min(pids(running))
    assert running.signal(signal.SIGKILL, victim)
    pids(running, without=victim)
    assert running.alive


@pytest.mark.parametrize("program", ["uvicorn", "gunicorn"])
def test_a_module_without_app_is_started_by_its_factory(start, program):
    """Where the module has no `app`, the server calls its `create_app`."""
    running = start(FACTORY)(Setup(command=Command(program, GUNICORN.arguments if program == "gunicorn" else ())))
    running.api.get("/whoami").expect(200)


def test_another_application_can_be_served(start):
    """A command can serve something else than the module, which need not even parse."""
    other = Setup(files={"labs/other.py": APP.encode()}, command=Command("uvicorn", app="other:app"))
    start("def broken(:\n")(other).api.get("/whoami").expect(200)


def test_a_server_that_does_not_start_says_why(start):
    """A server that ends before it answers is a problem, with its exit code and the last thing it said."""
    running = start("raise ValueError('no key,\\nno service')\n")(Setup(command=Command("uvicorn")))
    assert running.problem.startswith("The server ended with exit code 1 while it started. It said: ValueError: no key")
    assert running.exit_code(1) == 1
    assert any("no service" in line for line in running.printed()[1])


def test_sections_left_out_are_left_out_of_commands_too(start):
    """What the first start left out does not stop a server that is started by command."""
    whole = f"# %% setup\n{APP}\n# %% broken\nraise ValueError\n"
    servers = start(whole)
    assert not servers(Setup()).problem
    servers(Setup(command=Command("uvicorn"))).api.get("/whoami").expect(200)


def test_settings_are_what_gunicorn_makes_of_the_file(start):
    """The settings are gunicorn's own reading of the file: what it names, and what is the default."""
    settings = start(APP)(Setup(command=GUNICORN)).settings
    assert settings["bind"] == ["127.0.0.1:9", "unix:/nowhere"]
    assert settings["named"] == ["bind", "timeout", "worker_class", "workers"]
    assert (settings["workers"], settings["timeout"], settings["graceful_timeout"]) == (2, 20, 30)
    assert "uvicorn_worker._workers.UvicornWorker" in settings["worker_class"]


def test_only_its_own_processes_are_signalled(start):
    """A process that is none of the server's is not signalled, whatever number the module says it has."""
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        running = start(APP)(Setup(command=Command("uvicorn")))
        for pid in (bystander.pid, os.getpid(), 1, -1, 2**40):
            assert not running.signal(signal.SIGKILL, pid)
        assert bystander.poll() is None
    finally:
        bystander.communicate(b"\n")


def test_nothing_is_left_of_it(start, tier):
    """When the judge is done no process of the server is left, also one that ignores SIGTERM."""
    deaf = APP + "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    before = set(processes.below(os.getpid()))
    servers = start(deaf, tier.lock)
    for command in (Command("uvicorn", ("--workers", "2")), GUNICORN):
        servers(Setup(command=command)).api.get("/whoami").expect(200)
    servers.close()
    until(lambda: set(processes.below(os.getpid())) <= before | {client.forkserver().pid})


_JUDGE = """
import os, sys, time
from labkit.sandbox.service import Module
from labkit.checks.servers import Servers
from labkit.sandbox.setup import Command, Setup
from labkit.sandbox import processes as tree
servers = Servers(Module("student", sys.argv[1]), sys.argv[2])
for command in (Command("uvicorn", ("--workers", "2")), Command("gunicorn", ("-k", "uvicorn_worker.UvicornWorker"))):
    assert not servers(Setup(command=command)).problem
import json
print(json.dumps(sorted(tree.below(os.getpid()))), flush=True)
time.sleep(60)
"""


def test_nothing_is_left_where_the_judge_is_killed(tier):
    """When the judge is killed with SIGKILL all processes that it had started end."""
    judge = subprocess.Popen([sys.executable, "-c", _JUDGE, APP, tier.lock], stdout=subprocess.PIPE, text=True)
    try:
        assert judge.stdout is not None
        started = json.loads(judge.stdout.readline())
        assert len(started) > 5
    finally:
        judge.kill()
        judge.communicate()
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in started))
