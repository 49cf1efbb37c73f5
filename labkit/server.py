"""The live server: uvicorn in a background thread, on a socket of its own.

The socket, and with it the port, stays for as long as the Server does. New code is swapped in without closing it: the
old application is shut down, the new one started, in the same event loop. A loop that the student's code has blocked
is abandoned, and a new one takes over the socket.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import socket
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import uvicorn
from uvicorn.lifespan.on import LifespanOn

from labkit import log as logs
from labkit.loading import NotServable
from labkit.tracing import Tracer, Traces, follow_fastapi

START = 15.0
"""How long an application's lifespan may take to start, in seconds."""
STOP = 3.0
"""How long it may take to shut down."""
PULSE = 2.0
"""How long a healthy event loop may take to answer."""


class LoopBlocked(BaseException):
    """Raised inside code that blocks the event loop, to get it back."""


class Server:
    """A server whose application can be replaced while its address stays.

    Attributes:
        log: what it printed and logged.
        traces: the last requests it saw.
        problem: why it serves nothing at the moment; None if it serves.
    """

    def __init__(self, port: int = 0) -> None:
        """Make a server that will listen on `port` if that is free, else on any free port of 127.0.0.1."""
        self.log = logs.Log()
        self.traces = Traces()
        self.problem: str | None = "it was not started yet"
        self._wanted = port
        self._socket: socket.socket | None = None
        self._loop: _Background | None = None

    @property
    def port(self) -> int:
        """The port; the socket is opened when it is first asked for."""
        if self._socket is None:
            self._socket = _bind(self._wanted)
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address, as `http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether requests reach an application."""
        return self.problem is None and self._loop is not None and self._loop.thread.is_alive()

    def healthy(self) -> bool:
        """Whether requests are answered, if need be after interrupting code that blocks the event loop."""
        return self._loop is not None and self._loop.revive()

    def serve(self, app: Any, raised_at: Callable[[BaseException], str] = repr) -> None:
        """Serve this application from now on, in place of the one before.

        Raises:
            NotServable: its lifespan raised, or it did not start in time.
        """
        logs.route_streams()
        follow_fastapi()
        self.problem = "it is starting"
        try:
            self._background().swap(app, Tracer(app, self.traces, raised_at))
        except NotServable as problem:
            self.problem = str(problem)
            raise
        except KeyboardInterrupt:
            self.problem = "its start was interrupted: run the cell again"
            raise
        self.problem = None

    def fail(self, reason: str) -> None:
        """Stop serving, because there is nothing to serve; requests are told the reason."""
        self.problem = reason
        self._background().swap(None, _Unavailable(reason))

    def stop(self) -> None:
        """Stop the server and give the port back. It can be started again."""
        if self._loop is not None:
            self._loop.stop()
            self._loop = None
        if self._socket is not None:
            self._wanted = self.port
            self._socket.close()
            self._socket = None
        self.problem = "it was stopped"

    def _background(self) -> _Background:
        if self._loop is not None and not self.healthy():
            self._loop.abandon()
            self._loop = None
        if self._loop is None:
            _ = self.port
            assert self._socket is not None
            self._loop = _Background(self._socket, self.log)
            atexit.register(self.stop)
        return self._loop

    def __repr__(self) -> str:
        """One line: where it serves, or why it does not."""
        return f"serving on {self.url}" if self.running else f"not serving: {self.problem}"


class _Background:
    """One thread with one event loop, in which uvicorn serves whatever application is current."""

    def __init__(self, sock: socket.socket, log: logs.Log) -> None:
        self._app: Any = _Unavailable("it is starting")
        self._lifespan: _Lifespan | None = None
        self._swapping = asyncio.Lock()
        self._started = threading.Event()
        self._log = log
        config = uvicorn.Config(self._call, interface="asgi3", lifespan="off", log_config=None, proxy_headers=False)
        self._server = _Uvicorn(config)
        self.thread = threading.Thread(target=self._run, args=[sock.dup()], name="labkit-server", daemon=True)
        self.thread.start()
        if not self._started.wait(START):
            raise NotServable("The server's thread did not start in time: restart the kernel.")

    def _run(self, sock: socket.socket) -> None:
        logs.current.set(self._log)
        with contextlib.suppress(SystemExit):
            asyncio.run(self._main(sock))

    async def _main(self, sock: socket.socket) -> None:
        self.loop = asyncio.get_running_loop()
        self.loop.call_soon(self._started.set)
        await self._server.serve(sockets=[sock])

    async def _call(self, scope: Any, receive: Any, send: Any) -> None:
        if self._lifespan is not None and "state" in scope:
            scope["state"] = self._lifespan.state.copy()
        await self._app(scope, receive, send)

    def alive(self) -> bool:
        """Whether the loop still takes its turns."""
        pulse = threading.Event()
        if not self.thread.is_alive():
            return False
        self.loop.call_soon_threadsafe(pulse.set)
        return pulse.wait(PULSE)

    def revive(self) -> bool:
        """Return whether the loop takes its turns, if need be after breaking the code that blocks it."""
        if self.alive():
            return True
        if self.thread.ident is None or not self.thread.is_alive():
            return False
        self._log.write("The event loop was blocked, so nobody was answered. What blocked it is interrupted.\n")
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread.ident), ctypes.py_object(LoopBlocked))
        return self.alive()

    def swap(self, app: Any, traced: Any) -> None:
        """Shut the old application down and start the new one; None for none."""
        future = asyncio.run_coroutine_threadsafe(self._swap(app, traced), self.loop)
        try:
            future.result(START + STOP + PULSE)
        except FutureTimeout:
            future.cancel()
            raise NotServable(f"The app did not start within {START:g} s: look for a loop or a wait in its lifespan.") from None
        except KeyboardInterrupt:
            future.cancel()
            raise

    async def _swap(self, app: Any, traced: Any) -> None:
        logs.current.set(self._log)
        async with self._swapping:
            before, self._lifespan = self._lifespan, None
            self._app = _Unavailable("it is starting")
            if before is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(before.shutdown(), STOP)
            if app is not None:
                self._lifespan = await _start(app)
            self._app = traced

    def stop(self) -> None:
        """Shut the application and the loop down; give up after a moment."""
        if self.revive():
            with contextlib.suppress(FutureTimeout, NotServable):
                asyncio.run_coroutine_threadsafe(self._swap(None, _Unavailable("it was stopped")), self.loop).result(STOP + PULSE)
            self.loop.call_soon_threadsafe(self._server.leave)
            self.thread.join(PULSE)
        if self.thread.is_alive():
            self.abandon()

    def abandon(self) -> None:
        """Leave a thread that cannot be interrupted (it waits outside Python): it ends when it comes back."""
        self._app = _Unavailable("another server has taken over")
        self._server.leave()


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, but one that leaves at once when told to, and drops what still hangs."""

    def leave(self) -> None:
        self.should_exit = self.force_exit = True


class _Lifespan(LifespanOn):
    """uvicorn's lifespan handling for one application, which remembers what the application raised."""

    def __init__(self, app: Any) -> None:
        self.raised: BaseException | None = None

        async def remember(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            except BaseException as problem:
                self.raised = problem
                raise

        super().__init__(uvicorn.Config(remember, lifespan="auto", log_config=None))


async def _start(app: Any) -> _Lifespan:
    lifespan = _Lifespan(app)
    try:
        await asyncio.wait_for(lifespan.startup(), START)
    except TimeoutError:
        raise NotServable(f"The app did not start within {START:g} s: look for a loop or a wait in its lifespan.") from None
    if lifespan.should_exit:
        raise NotServable(f"The app's lifespan raised {type(lifespan.raised).__name__}: {lifespan.raised}")
    return lifespan


class _Unavailable:
    """Answers every request with 503 and the reason, while there is no application."""

    def __init__(self, reason: str) -> None:
        self._body = f"The workbook's server has no app to serve: {reason}\n".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(self._body)).encode())]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


def _bind(port: int) -> socket.socket:
    """Listen on 127.0.0.1, on the wanted port if it is free, else on any."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.bind(("127.0.0.1", 0))
    sock.listen(128)
    return sock
