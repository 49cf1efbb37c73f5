"""Whether a server answers while it is at work on something slow, and how often its code loads a model."""

import contextlib
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from support.live import until

from labkit.checks.api import Api
from labkit.checks.models import StandIn, served
from labkit.checks.responsiveness import answered_before, meanwhile
from labkit.checks.servers import Servers
from labkit.module.source import Module

pytestmark = pytest.mark.sandbox

SLOW = served(StandIn(2, seconds=0.3), ["a", "b"])
ENOUGH = 5
HEAD = """
import os, joblib
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
app, saved = FastAPI(), joblib.load(os.environ["MODEL_PATH"])
ROW = [[1, 2, 3, 4]]
@app.get("/quick")
def quick():
    return 1
"""
BLOCKING = "@app.get('/slow')\nasync def slow():\n    return int(saved['model'].predict(ROW)[0])\n"
PLAIN = BLOCKING.replace("async def", "def")
IN_A_THREAD = BLOCKING.replace(
    "int(saved['model'].predict(ROW)", "int((await run_in_threadpool(saved['model'].predict, ROW))"
)


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Let the process that others are forked from load its libraries, which is no part of what is measured."""
    with contextlib.closing(Servers(Module("student", HEAD), "rlimits")) as start:
        until(lambda: not start(SLOW, fresh=True).problem)


@pytest.fixture
def serve():
    with contextlib.ExitStack() as stack:

        def serving(text):
            module = Module("student", HEAD + textwrap.dedent(text))
            return stack.enter_context(contextlib.closing(Servers(module, "rlimits")))(SLOW)

        yield serving


@pytest.fixture
def measured(serve):
    def measure(text):
        running = serve(text)
        slow = [lambda: running.api.get("/slow").expect(200)] * 4
        return meanwhile(slow, lambda: running.api.get("/quick").expect(200), lambda: "predict 1" in running.events())

    return measure


def counted(api):
    before, reply = answered_before(api, ("GET", "/slow", {}), lambda: api.get("/quick"), ENOUGH, 300)
    reply.expect(200)
    return before


@pytest.mark.parametrize("text", [PLAIN, IN_A_THREAD], ids=["plain def", "async def and a thread"])
def test_a_server_that_uses_threads_is_not_held_up(measured, text):
    """A quick request is answered while four slow ones run."""
    found = measured(text)
    assert not found.held_up
    assert len(found.slow) == 4


def test_a_coroutine_that_computes_holds_everyone_up(measured):
    """A quick request is answered once the slow one is, so it takes about as long."""
    found = measured(BLOCKING)
    assert found.held_up
    assert found.mean_quick > found.fastest_slow / 2


def test_quick_ones_are_answered_before_a_slow_one_that_has_a_thread(serve):
    """So many as are enough are counted, while the slow request that was sent before them is under way."""
    api = serve(IN_A_THREAD).api
    until(lambda: counted(api) == ENOUGH)


def test_one_who_is_held_up_has_two_answers_at_most_before_the_slow_one(serve):
    """A coroutine that computes lets those through alone who came before it began."""
    api = serve(BLOCKING).api
    assert max(counted(api) for _ in range(10)) <= 2


def test_what_a_server_answers_when_the_slow_one_is_over_does_not_count():
    """Of a server that takes one connection after the other no quick answer counts, though each comes in the end."""
    asked, quick = threading.Event(), []

    class OneByOne(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/slow":
                asked.wait(300)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    def ask():
        asked.set()
        quick.append(api.get("/quick", seconds=300))
        return quick[-1]

    with HTTPServer(("127.0.0.1", 0), OneByOne) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_address[1]}") as client:
            api = Api(client)
            before, reply = answered_before(api, ("GET", "/slow", {}), ask, ENOUGH, 300)
        server.shutdown()
        thread.join()
    assert (before, reply.status, [one.status for one in quick]) == (0, 200, [200])
