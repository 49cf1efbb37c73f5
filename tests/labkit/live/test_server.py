"""The live server: one address, whatever the application behind it does."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys

import anyio.to_thread
import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse
from support.live import GATE, app, get, hurry, lifespan, refused, server_threads, until

from labkit.live.server import Server
from labkit.module.loading import NotServable


def test_start_serves_and_stop_gives_back_port_and_thread(server):
    """After stop nothing listens and no thread is left; start and restart use the same port again."""
    assert get(server.start()).json() == "hello"
    port = server.port
    assert repr(server) == f"serving on http://127.0.0.1:{port}"
    assert repr(server.stop()) == "not serving: it was stopped: lab.server.start() starts it again"
    assert refused(port)
    until(lambda: not server_threads())
    with pytest.raises(httpx.ConnectError):  # at once, and not when nobody has answered for long enough
        get(server)
    assert get(server.start()).json() == "hello"
    assert server.port == port
    assert server.restart().port == port
    assert server.running


@pytest.mark.skipif(os.name != "posix", reason="Signals as Linux and macOS have them.")
def test_an_interrupt_of_a_cell_is_not_meant_for_processes_that_the_module_starts(server):
    """A process that a request starts does not meet the interrupt that JupyterLab sends to all of the kernel's."""
    made, waits = FastAPI(), "import signal; print('ready', flush=True); print(signal.sigwait([signal.SIGINT]).name)"
    started = []

    @made.get("/")
    async def start():
        started.append(subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE))

    server.serve(made)
    get(server)
    with started[0] as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == b"SIGINT\n"


def test_a_taken_port_is_replaced(workbook):
    """A server whose port belongs to another program takes any that is free."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        server = Server(workbook, lambda: server.serve(app()), port=taken)
        assert server.start().port != taken
        assert get(server).json() == "hello"
        server.stop()


@pytest.mark.skipif(os.name != "posix", reason="Elsewhere nobody else can take a port that is bound.")
def test_a_port_that_is_taken_before_it_is_served_on_is_replaced(server):
    """Where another program listens on the port since it was asked for, any that is free is served on."""
    port = server.port
    with socket.create_server(("127.0.0.1", port)):
        assert get(server.start()).json() == "hello"
        assert server.port != port


def test_a_new_application_takes_over_in_place(server):
    """A new application answers on the same port, after the old one was shut down and the new one started."""
    told = []

    async def tell(word):
        told.append(word)

    server.serve(app("old", lifespan=lifespan(lambda: tell("old starts"), lambda: tell("old stops"))))
    port = server.port
    server.serve(app("new", lifespan=lifespan(lambda: tell("new starts"))))
    assert (get(server).json(), server.port) == ("new", port)
    assert told == ["old starts", "old stops", "new starts"]


def test_the_state_of_a_lifespan_reaches_requests(server):
    """What a lifespan yields is in every request's state."""
    made = FastAPI(lifespan=lifespan())

    @made.get("/")
    def read(request: Request) -> str:
        return request.state.word

    server.serve(made)
    assert get(server).json() == "kept"


async def fail():
    raise RuntimeError("no model")


async def leave():
    raise SystemExit(3)


async def hang():
    await anyio.sleep(60)


async def block():
    GATE.wait(60)


SLOW = (
    "The app did not start within 0.6 s. If nothing in its lifespan loops or waits, it was only slow, as a first start "
    "is that imports much: run the cell again, and it goes on with what is imported by then."
)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (fail, "The app's lifespan raised RuntimeError: no model, here. Mend it, then run its cell again."),
        (leave, "The app's lifespan raised SystemExit: 3, here. Mend it, then run its cell again."),
        (hang, SLOW),
        (block, SLOW),
    ],
)
def test_an_application_that_does_not_start_says_why_and_the_next_one_is_served(server, start, reason):
    """A lifespan that raises, exits, hangs or blocks has its message in time; the port serves the next app."""
    server.start()
    port = server.port
    limits = {"start": 0.6} if reason is SLOW else {}
    with hurry(server, **limits), pytest.raises(NotServable) as raised:
        server.serve(app(lifespan=lifespan(start)), lambda problem: f"{type(problem).__name__}: {problem}, here")
    with hurry(server):
        server.fail(str(raised.value))
    assert str(raised.value) == reason
    reply = get(server)
    assert (reply.status_code, reason in reply.text) == (503, True)
    server.serve(app("mended"))
    assert (get(server).json(), server.port) == ("mended", port)


def test_a_start_that_fails_when_nobody_waits_for_it_is_silent(server, caplog):
    """A lifespan that blocks for too long, and raises later, writes nothing into whatever cell runs by then."""

    async def fail_late():
        await block()
        await fail()

    with hurry(server, start=0.6), pytest.raises(NotServable, match="it was only slow"):
        server.serve(app(lifespan=lifespan(fail_late)))
    with hurry(server):
        server.serve(app())
    GATE.set()
    until(lambda: len(server_threads()) == 1)
    gc.collect()
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("stop", [fail, hang, block, leave])
def test_an_application_that_does_not_stop_is_left_behind(server, stop):
    """A lifespan that raises, hangs or blocks when it ends keeps no other application from being served."""
    server.serve(app(lifespan=lifespan(stop=stop)))
    with hurry(server):
        server.serve(app("new"))
    assert get(server).json() == "new"


def test_an_application_without_lifespan_is_served(server):
    """A plain ASGI application that knows nothing of lifespans is served."""

    async def plain(scope, receive, send):
        assert scope["type"] == "http"
        await PlainTextResponse("plain")(scope, receive, send)

    server.serve(plain)
    assert get(server).text == "plain"


def test_what_middleware_has_made_an_answer_of_is_known(server):
    """An exception that the application's own middleware answers with a 500 stands in the trace all the same."""
    made = FastAPI()

    @made.get("/")
    def fail_at_it():
        raise KeyError("label")

    @made.middleware("http")
    async def answer_500(request: Request, call_next):
        try:
            return await call_next(request)
        except KeyError:
            return PlainTextResponse("Something went wrong here.", 500)

    server.serve(made)
    assert get(server).status_code == 500
    assert server.traces.last("GET", "/").raised == "KeyError('label')"


def test_a_request_without_application_is_told_the_reason(server):
    """While there is nothing to serve a request is answered with 503 and the reason."""
    server.fail("nothing was written")
    assert get(server).status_code == 503
    assert "nothing was written" in get(server).text
    assert repr(server) == "not serving: nothing was written"


def test_code_that_ends_the_event_loop_ends_no_server(server):
    """After sys.exit() in a task of the application the server is found unhealthy, and serves again on its port."""
    made = app()

    async def exit_later():
        raise SystemExit

    @made.get("/exit")
    async def spawn():
        made.state.task = asyncio.get_running_loop().create_task(exit_later())

    server.serve(made)
    port = server.port
    with contextlib.suppress(httpx.TransportError):
        get(server, "/exit", timeout=1)
    until(lambda: not server_threads())
    assert not server.healthy()
    server.serve(app("again"))
    assert (get(server).json(), server.port) == ("again", port)


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_endpoints_that_wait_for_ever_keep_nobody_waiting(server, kind):
    """After 50 requests that hang for good the port is taken over, and the app served anew."""
    made, begun = app(), []

    def wait():
        begun.append(1)
        GATE.wait(60)

    async def wait_here():
        wait()

    made.get("/wait")(wait if kind == "def" else wait_here)
    server.serve(made)
    port = server.port
    hung = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
    try:
        for client in hung:
            client.sendall(b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n")
        until(lambda: len(begun) >= (40 if kind == "def" else 1))
        with hurry(server):
            assert not server.healthy()
            server.serve(app("again"))
        assert (get(server).json(), server.port) == ("again", port)
    finally:
        for client in hung:
            client.close()


def test_an_answer_on_a_connection_that_is_used_again_is_not_held_back(server):
    """Nagle's algorithm is off for every connection: with it, an answer waits 40 ms for an acknowledgement."""
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        sockets = [found for found in gc.get_objects() if isinstance(found, socket.socket) and found.fileno() >= 0]
        (accepted,) = [found for found in sockets if peer(found) == client.getsockname()]
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def peer(connection):
    """Whom a socket is connected to, if it is."""
    with contextlib.suppress(OSError):
        return connection.getpeername()
