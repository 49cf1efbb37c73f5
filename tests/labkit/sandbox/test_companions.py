"""What a locked-up module asks, and with whom it computes: a companion of the judge's, and a pool of processes."""

import contextlib
import os
import signal
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.checks.servers import Servers
from labkit.companions.door import Shared
from labkit.companions.upstream import Upstream, json_reply
from labkit.module.source import Module
from labkit.sandbox import semaphores
from labkit.sandbox.setup import Command, Setup

pytestmark = pytest.mark.sandbox

ASK = """
    import multiprocessing, os
    from concurrent.futures import ProcessPoolExecutor
    from contextlib import asynccontextmanager
    import httpx
    from fastapi import FastAPI

    @asynccontextmanager
    async def lifespan(app):
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)

    def own(word):
        return [word, os.getpid()]

    @app.get("/asked")
    def asked():
        return httpx.get(os.environ["UPSTREAM"] + "/word", timeout=300).json()

    @app.get("/computed")
    def computed():
        word, pid = app.state.pool.submit(own, "mine").result()
        return [word, pid != os.getpid()]
"""
LEFT = ASK.replace("with ProcessPoolExecutor(2, mp_context=", "app.state.pool = ProcessPoolExecutor(2, mp_context=")
LEFT = LEFT.replace('("spawn")) as app.state.pool:\n            yield', '("spawn"))\n        yield')
SETUP = Setup(companions={"UPSTREAM": Upstream}, pool=True)
UVICORN = Setup(companions={"UPSTREAM": Upstream}, pool=True, command=Command("uvicorn"))


@pytest.fixture
def start():
    with contextlib.ExitStack() as stack:
        yield lambda text, lock="rlimits": stack.enter_context(
            contextlib.closing(Servers(Module("student", textwrap.dedent(text)), lock))
        )


def shared(name):
    return [path for path in semaphores.FOLDER.glob("*") if name in path.name]


@pytest.mark.parametrize("setup", [SETUP, UVICORN], ids=["served", "uvicorn"])
def test_a_module_asks_its_companion_and_computes_in_a_pool(start, tier, setup):
    """In every tier a module reaches what the judge holds, and a pool finds its functions by the module's name."""
    running = start(ASK, tier.lock)(setup)
    assert running.problem == ""
    running.companions["UPSTREAM"].answers["/word"] = json_reply("hello")
    assert running.api.get("/asked").expect(200, "hello")
    assert [call.path for call in running.companions["UPSTREAM"].calls] == ["/word"]
    running.api.get("/computed", seconds=300).expect(200, ["mine", True])


COUNT = """
    import os
    import redis
    from fastapi import FastAPI

    app = FastAPI()
    store = redis.Redis.from_url(os.environ["CACHE_URL"], socket_timeout=300)

    @app.get("/count")
    def count():
        return store.incr("count")

    @app.get("/hash")
    def hashed():
        return hash("text")
"""
STORE = Setup({"CACHE_URL": "redis://{address}/0"})


def test_two_modules_share_a_store(start, tier):
    """In every tier two modules count in one store, until the door of one is shut; it ends when nobody needs it."""
    store = Shared()
    setup = replace(STORE, companions={"CACHE_URL": store.door})
    servers = start(COUNT, tier.lock)
    first, second = servers(setup), servers(setup, fresh=True)
    assert [one.api.get("/count").json for one in (first, second, first)] == [1, 2, 3]
    first.companions["CACHE_URL"].refuse()
    first.api.get("/count").expect(500)
    second.api.get("/count").expect(200, 4)
    assert store.valkey.running
    servers.close()
    assert not store.valkey.running


def test_a_module_of_another_interpreter_has_other_hashes(start):
    """Two processes of one interpreter have one seed for hash(), and one of another interpreter has its own."""
    servers = start(COUNT)
    setups = [STORE, STORE, replace(STORE, interpreter=1)]
    first, second, other = (servers(setup, fresh=True).api.get("/hash").json for setup in setups)
    assert first == second != other


@pytest.mark.parametrize("before", ["", "\n    import joblib, sklearn"], ids=["alone", "joblib"])
def test_no_semaphore_is_left(tier, before):
    """When a module that has a pool is killed, nothing of it lies in the folder that all processes share.

    joblib, which a model's file may load, names semaphores in its own way.
    """
    with contextlib.closing(Servers(Module("student", textwrap.dedent(before + ASK)), tier.lock)) as servers:
        running = servers(SETUP)
        running.api.get("/computed", seconds=300).expect(200)
        name = running._served.folder.name
        assert shared(name) or tier.name == "namespaces"  # there they lie in a place of the module's own
    assert not shared(name)


def test_a_command_whose_processes_have_ended_is_gone(start):
    """After SIGTERM nothing is left of a server that ends what it has started."""
    running = start(ASK)(UVICORN)
    running.api.get("/computed", seconds=300).expect(200)
    assert not running.gone(0.0)
    running.signal(signal.SIGTERM)
    assert running.gone(60.0)


def test_a_command_that_leaves_a_process_is_not_gone(start):
    """After SIGTERM the pool of a server that has not ended it is still there."""
    running = start(LEFT)(UVICORN)
    running.api.get("/computed", seconds=300).expect(200)
    running.signal(signal.SIGTERM)
    assert running.exit_code(60.0) is not None
    assert not running.gone(0.5)


def test_a_file_of_a_command_is_read(start):
    """What a command has written into its folder can be read: its end, if it is long."""
    text = "from fastapi import FastAPI\napp = FastAPI()\nopen('../said.txt', 'w').write('x' * 30_000 + 'end')\n"
    running = start(text)(Setup(command=Command("uvicorn")))
    assert running.read("said.txt").endswith("xend")
    assert len(running.read("said.txt")) == 20_000
    assert running.read("nothing.txt") == ""


@pytest.mark.skipif(os.name != "posix" or not Path("/proc").exists(), reason="Linux alone has /proc.")
def test_nobody_but_the_judge_holds_the_socket(start):
    """The process of a module has no file open that listens to its companion's address."""
    text = """
        import os, socket
        from fastapi import FastAPI
        app = FastAPI()

        @app.get("/listens")
        def listens():
            port = int(os.environ["UPSTREAM"].rpartition(":")[2])
            found = []
            for number in map(int, os.listdir("/proc/self/fd")):
                try:
                    with socket.socket(fileno=os.dup(number)) as one:
                        found.append(one.getsockname())
                except OSError:
                    pass
            return [name for name in found if isinstance(name, tuple) and name[1:2] == (port,)]
    """
    start(text)(Setup(companions={"UPSTREAM": Upstream})).api.get("/listens").expect(200, [])
