"""The live server: uvicorn in a background thread, on a socket of its own.

The port stays for as long as the Server does. New code is swapped in without closing the socket: the old application
is shut down, the new one started, in the same event loop. A loop that the student's code has blocked for good is
abandoned, and a new one takes over the port.
"""

from __future__ import annotations

import atexit
import os
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from starlette.routing import WebSocketRoute

from labkit.http import address
from labkit.live import log
from labkit.live.loop_thread import Background, LoopEnded, Patience, StartFailed, TooSlow
from labkit.live.offline_docs import LocalDocs, Pages
from labkit.live.tracing import Tracer, Traces, follow_fastapi
from labkit.module import advice, interrupt, unhandled
from labkit.module.loading import NotStarted, Slow

_SLOW = (
    "If nothing in its lifespan loops or waits, it was only slow, as a first start is that imports much: "
    "run the cell again, and it goes on with what is imported by then."
)


class Server:
    """A server whose application can be replaced while its address stays.

    Attributes:
        log: what it printed and logged; `log()` shows the last lines.
        traces: the last requests it saw.
        problem: why it serves nothing at the moment; None if it serves.
        pages: where the application documents itself.
        sockets: the paths of its WebSockets, which no document tells.
        changes: grows whenever it serves, or does not serve, something else.
        starting: whether that is under way.
        patience: how long it waits for what.
    """

    def __init__(self, code: Path, bring_up: Callable[[], None], port: int = 0) -> None:
        """Make a server; nothing listens yet.

        Args:
            code: the module it serves.
            bring_up: loads the module, and calls `serve` or `fail`.
            port: the port it will listen on if that is free, else on any free port of 127.0.0.1.
        """
        self.log = log.Log()
        self.traces = Traces()
        self.problem: str | None = "it was not started yet: lab.server.start() starts it"
        self.patience = Patience()
        self.pages = Pages()
        self.sockets: list[str] = []
        self.changes = 0
        self.starting = False
        self._code, self._bring_up = code, bring_up
        self._wanted = port
        self._socket: socket.socket | None = None
        self._background: Background | None = None
        atexit.register(self.stop)

    @property
    def port(self) -> int:
        """The port; it is taken when it is first asked for, and refuses whoever comes before something is served."""
        return int(self._bound().getsockname()[1])

    @property
    def url(self) -> str:
        """The address on this machine, as `http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def link(self) -> str:
        """The address for the student's browser, which need not be on this machine."""
        return address.link(self.port)

    @property
    def running(self) -> bool:
        """Whether requests reach an application."""
        background = self._background  # another thread may take it away
        return self.problem is None and background is not None and background.thread.is_alive()

    def start(self) -> Server:
        """Load the module and serve it, unless it is being served."""
        if not self.running:
            self._bring_up()
        return self

    def restart(self) -> Server:
        """Stop, load the module again, and serve it on the same port."""
        self.stop()
        return self.start()

    def stop(self) -> Server:
        """Stop the server and give the port back. It can be started again."""
        self._say("it was stopped: lab.server.start() starts it again")  # first, so that nobody asks for its port
        if self._background is not None:
            self.break_off()
            self._background.stop()
            self._background = None
        self._close()
        return self

    def submit(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any] | None:
        """Run a coroutine in the server's event loop, among the requests; None where there is no loop."""
        if self._background is None or not self._background.thread.is_alive():
            coroutine.close()
            return None
        return self._background.submit(coroutine)

    def healthy(self) -> bool:
        """Whether requests are answered, if need be after breaking off code that does not come back."""
        if self._background is None or self._background.answers():
            return self._background is not None
        self.log.write("Nobody was answered any more, because code did not come back. It is broken off.\n")
        self.break_off()
        return self._background.answers()

    def break_off(self) -> None:
        """End the threads that still run the module, as before it is loaded again."""
        interrupt.break_off_code(self._code)

    def serve(self, app: Any, raised_at: Callable[[BaseException], str] = repr) -> None:
        """Serve this application from now on, in place of the one before.

        Args:
            app: an ASGI application.
            raised_at: says in words what was raised and where.

        Raises:
            NotStarted: its lifespan raised, or it did not start in time.
        """
        log.route_streams()
        follow_fastapi()
        self._say("its start was interrupted: run the cell again")
        self.starting = True
        unhandled.notice(app)
        served = Tracer(address.Prefixed(app), self.traces, raised_at)
        try:
            self._cleared().begin(app, LocalDocs(served, app))
        except StartFailed as failure:
            raised = failure.__cause__ or failure
            said = raised_at(raised)
            todo = advice.sentence(said) or "Mend it, then run its cell again."
            raise NotStarted(f"The app's lifespan raised {said}. {todo}") from None
        except TooSlow:
            seconds = f"{self.patience.start:g} s"
            raise Slow(f"The app did not start within {seconds}. {_SLOW}") from None
        except LoopEnded:
            raise NotStarted(
                "The app ended the server while it started: look for sys.exit() in its lifespan."
            ) from None
        finally:
            self.starting = False
        self.pages = Pages.of(app)
        self.sockets = [one.path for one in getattr(app, "routes", []) if isinstance(one, WebSocketRoute)]
        self._say(None)

    def fail(self, reason: str) -> None:
        """Stop serving, because there is nothing to serve; requests are told the reason."""
        self._say(reason)
        self._cleared().refuse(reason)

    def _say(self, problem: str | None) -> None:
        self.problem = problem
        self.changes += 1

    def _cleared(self) -> Background:
        """Return a thread that serves nothing yet, on the same port: the one there is, or a new one."""
        if self._background is not None and not (self.healthy() and self._background.clear()):
            self._background.abandon()
            self._background = None
            self._close()
        if self._background is None:
            self._background = Background(self._listening(), self.log, self.patience)
        return self._background

    def _bound(self) -> socket.socket:
        if self._socket is None:
            self._socket = _bind(self._wanted)
            self._wanted = int(self._socket.getsockname()[1])
        return self._socket

    def _listening(self) -> socket.socket:
        try:
            self._bound().listen(128)
        except OSError:  # somebody else listens there since it was bound
            self._close()
            self._bound().listen(128)
        return self._bound()

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __repr__(self) -> str:
        """One line: where it serves, or why it does not."""
        return f"serving on {self.link}" if self.running else f"not serving: {self.problem}"


def _bind(port: int) -> socket.socket:
    """Take a port of 127.0.0.1, the wanted one if it is free, else any."""
    # The protocol is named because asyncio asks for it before it switches Nagle's algorithm off: without, an answer on
    # a connection that is used again waits 40 ms for an acknowledgement.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere the option would take the port away from whoever has it
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.bind(("127.0.0.1", 0))
    return sock
