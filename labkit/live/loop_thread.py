"""The thread in which the live server runs: an event loop, uvicorn in it, and whatever application is current."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
import traceback
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any, TypeVar

import uvicorn
from anyio.to_thread import run_sync
from starlette.responses import PlainTextResponse
from uvicorn.lifespan.on import LifespanOn

from labkit.live import log as logs
from labkit.live.sockets import Sockets

T = TypeVar("T")


@dataclass
class Patience:
    """How long the live server waits, in seconds.

    Attributes:
        load: for a section to be imported.
        start: for the lifespan of an application to start.
        stop: for it to shut down.
        pulse: for a healthy event loop, and a worker thread, to answer.
    """

    load: float = 10.0
    start: float = 15.0
    stop: float = 3.0
    pulse: float = 2.0


class TooSlow(Exception):
    """An application did not start in time."""


class StartFailed(Exception):
    """The lifespan of an application raised; its cause is what was raised."""


class LoopEnded(Exception):
    """The event loop has ended, so nothing can be asked of it."""


class Background:
    """One thread with one event loop, which owns the socket it listens on."""

    def __init__(self, sock: socket.socket, log: logs.Log, patience: Patience) -> None:
        """Start the thread; it answers 503 until an application begins."""
        self._app: Any = Unavailable("it is starting")
        self._lifespan: _Lifespan | None = None
        self._sockets: Sockets | None = None
        self._ready = threading.Event()
        self._socket, self._log, self._patience = sock, logs.Outlet(log), patience
        config = uvicorn.Config(
            self._call,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, name="labkit-server", daemon=True)
        self.thread.start()
        self._ready.wait(patience.start)

    def _run(self) -> None:
        logs.current.set(self._log)
        if hasattr(
            signal, "pthread_sigmask"
        ):  # an interrupt of a cell is not meant for processes that the module starts
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            asyncio.run(self._main())
        except BaseException:  # noqa: BLE001 (whatever ends the loop goes into the log; the next check starts another)
            self._log.write(f"The server's event loop ended:\n{traceback.format_exc()}")

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.call_soon(self._ready.set)
        await self._uvicorn.serve(sockets=[self._socket])

    async def _call(self, scope: Any, receive: Any, send: Any) -> None:
        if self._lifespan is not None and "state" in scope:
            scope["state"] = self._lifespan.state.copy()
        await self._app(scope, receive, send)

    def answers(self) -> bool:
        """Whether the loop takes its turns and has a worker thread to spare."""
        return self._done(_pulse(), self._patience.pulse)

    def clear(self) -> bool:
        """Shut the application down; return whether the loop can be used for another."""
        return self._done(self._end(), self._patience.stop + self._patience.pulse)

    def begin(self, app: Any, served: Any) -> None:
        """Start an application and serve it.

        Args:
            app: whose lifespan to start.
            served: what requests are passed to: the application, in whatever watches it.

        Raises:
            TooSlow: it did not start in time.
            StartFailed: its lifespan raised.
            LoopEnded: it has ended the event loop.
        """
        try:
            failed = self._ask(self._begin(app, served), self._patience.start + self._patience.pulse)
        except FutureTimeout:  # the loop itself is blocked, else the coroutine had said so earlier
            raise TooSlow from None
        if failed is not None:
            raise failed

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine in the loop, among the requests, and return what it will come to."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def refuse(self, reason: str) -> None:
        """Answer every request with 503 and the reason."""
        self._app = Unavailable(reason)

    async def _begin(self, app: Any, served: Any) -> TooSlow | StartFailed | None:
        """Start an application; what fails is returned, since asyncio complains of what is raised to nobody."""
        logs.current.set(self._log)
        lifespan = _Lifespan(app)
        try:
            await lifespan.begin(self._patience.start)
        except (TooSlow, StartFailed) as problem:
            return problem
        self._lifespan = lifespan
        self._app = self._sockets = Sockets(served)
        return None

    async def _end(self) -> None:
        logs.current.set(self._log)
        lifespan, self._lifespan = self._lifespan, None
        self._app = Unavailable("it is starting")
        if self._sockets is not None:
            self._sockets.over.set()
        if lifespan is not None:
            await lifespan.end(self._patience.stop)

    def _done(self, coroutine: Coroutine[Any, Any, None], seconds: float) -> bool:
        with contextlib.suppress(FutureTimeout, LoopEnded):
            self._ask(coroutine, seconds)
            return True
        return False

    def _ask(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T:
        """Return what a coroutine comes to in the loop; it is cancelled if it takes longer, or at an interrupt."""
        try:
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:
            coroutine.close()
            raise LoopEnded from None
        until = time.monotonic() + seconds
        try:
            while not wait([future], timeout=0.1).done:
                if not self.thread.is_alive():
                    raise LoopEnded
                if time.monotonic() > until:
                    raise FutureTimeout
            return future.result()
        finally:
            future.cancel()

    def stop(self) -> None:
        """Shut the application and the loop down; give up after a moment."""
        if self.clear():
            self._leave()
            self.thread.join(self._patience.pulse)
        if self.thread.is_alive():
            self.abandon()

    def abandon(self) -> None:
        """Take the socket away from a thread that does not come back; it ends when it does."""
        self._app = Unavailable("another server has taken over")
        self._log.close()
        self._leave()
        self._socket.close()

    def _leave(self) -> None:
        self._uvicorn.should_exit = self._uvicorn.force_exit = True


async def _pulse() -> None:
    await run_sync(int)


class _Lifespan(LifespanOn):
    """uvicorn's lifespan handling for one application, which remembers what the application raised."""

    def __init__(self, app: Any) -> None:
        self._raised: BaseException | None = None
        self._task: asyncio.Task[Any] | None = None

        async def remember(scope: Any, receive: Any, send: Any) -> None:
            self._task = asyncio.current_task()
            try:
                await app(scope, receive, send)
            except BaseException as problem:
                self._raised = problem
                raise

        super().__init__(uvicorn.Config(remember, lifespan="auto", log_config=None))

    async def begin(self, seconds: float) -> None:
        """Start the application.

        Raises:
            TooSlow: it did not start within so many seconds.
            StartFailed: it raised.
        """
        try:
            await asyncio.wait_for(self.startup(), seconds)
        except TimeoutError:
            raise TooSlow from None
        finally:
            if not self.startup_event.is_set() and self._task is not None:
                self._task.cancel()
        if self.should_exit:
            raise StartFailed from self._raised

    async def end(self, seconds: float) -> None:
        """Shut the application down, or leave it behind after so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.shutdown(), seconds)
        if self._task is not None:
            self._task.cancel()


class Unavailable:
    """Answers every request with 503 and the reason, while there is no application."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self._answer = PlainTextResponse(f"The workbook's server has no app to serve: {reason}\n", 503)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
