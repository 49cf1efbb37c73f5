"""What tests of the live server share: small applications, and ways to look at it from outside."""

import contextlib
import socket
import threading
import time
from dataclasses import asdict

import httpx
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

GATE = threading.Event()
"""Opened after each test, for what waits where Python cannot break it off."""

BEGUN = threading.Event()
"""Set by the code of a test that has come where the test wants it."""


@contextlib.contextmanager
def hurry(server, **limits):
    """Give a server little patience with code that does not come back, for a while; honest code has all the time.

    How long an import or a start may take is cut short only where the code is meant to exceed it: a busy machine may
    take as long for code that only fails.
    """
    patience = server.patience
    before = asdict(patience)
    vars(patience).update({"stop": 0.5, "pulse": 0.6} | limits)
    yield
    vars(patience).update(before)


def app(text="hello", **options):
    made = FastAPI(**options)
    made.get("/")(lambda: text)
    return made


def with_problem_documents(made):
    """The same application, which refuses with a problem document, as lab 04 teaches it."""

    @made.exception_handler(RequestValidationError)
    def refuse(request, problem):
        errors = [{"loc": error["loc"], "msg": error["msg"]} for error in problem.errors()]
        document = {"title": "Unprocessable", "status": 422, "detail": "The request is not valid.", "errors": errors}
        return JSONResponse(document, 422, media_type="application/problem+json")

    return made


def lifespan(start=None, stop=None):
    """A lifespan of two coroutine functions."""

    async def both(_):
        if start:
            await start()
        yield {"word": "kept"}
        if stop:
            await stop()

    return both


def get(server, path="/", **options):
    return httpx.get(server.url + path, trust_env=False, **({"timeout": 300} | options))


def until(condition, seconds=600):
    """Wait until a condition holds; fail if it never does, which a busy machine must not be taken for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def refused(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def server_threads():
    return [thread for thread in threading.enumerate() if thread.name == "labkit-server"]


def pour(url, count):
    """Send many requests that are answered 404 over one connection, a hundred at a time."""
    host, port = url.removeprefix("http://").split(":")
    request = f"GET /nowhere HTTP/1.1\r\nHost: {host}\r\nUser-Agent: pour\r\n\r\n".encode()
    with socket.create_connection((host, int(port)), timeout=300) as connection:
        for _ in range(count // 100):
            connection.sendall(request * 100)
            answers = b""
            while answers.count(b'"Not Found"') < 100:
                answers += connection.recv(65536)
