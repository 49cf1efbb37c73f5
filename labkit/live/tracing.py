"""Follows each request through the five steps of the cycle: listen, route, validate, process, respond.

The times come from FastAPI's own OpenTelemetry spans (`fastapi.dependencies`, `fastapi.endpoint`), which it makes as
soon as a tracer provider is there. An application that is not FastAPI's is followed too, with fewer steps.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace as otel
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from starlette.responses import PlainTextResponse

from labkit.live import log
from labkit.module import unhandled
from labkit.module.interrupt import BrokenOff

STEPS = ("listen", "route", "validate", "process", "respond")
KEPT = 1000
"""How many requests are remembered."""
SNIPPET = 2000
"""How many bytes of each body are remembered."""


@dataclass
class Trace:
    """One request and how far it came. Times are nanoseconds since the epoch; None where a step was not reached.

    Attributes:
        method, target: the request line; `target` is the path with its query string.
        arrived: the server had read the request's head and called the application.
        routed: a route was chosen, and validation of the request's parts began.
        validated: the parts were valid, and the function could be called.
        processed: the function returned.
        answered: the head of the response was sent, so its status was decided.
        responded: the last byte of the response was handed to the server.
        route: the template of the chosen route; None if there was none.
        function: the function behind it, as module.name.
        status: the status code of the response.
        raised: what the code raised and where, if it did.
        ended: whether the application is done with it.
        number: its place among all requests that the server saw, from 1.
    """

    method: str
    target: str
    arrived: int
    routed: int | None = None
    validated: int | None = None
    processed: int | None = None
    answered: int | None = None
    responded: int | None = None
    route: str | None = None
    function: str | None = None
    status: int | None = None
    raised: str | None = None
    request_headers: list[tuple[str, str]] = field(default_factory=list)
    request_body: bytes = b""
    request_size: int = 0
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    response_body: bytes = b""
    response_size: int = 0
    ended: bool = False
    number: int = 0

    def of(self, method: str, target: str, since: int) -> bool:
        """Whether it is a request of this method and path, with or without query, that arrived after `since`."""
        return self.arrived >= since and self.method == method and target in (self.target, self.target.split("?")[0])

    @property
    def stopped(self) -> str | None:
        """The step in which a request that failed stopped; None if it came through all of them."""
        if self.status is not None and self.status < 400:
            return None
        if self.routed is None:
            return "route"
        if self.validated is None:
            return "validate"
        return "process" if self.processed is None or self.raised is None else "respond"


_current: ContextVar[Trace | None] = ContextVar("labkit_trace", default=None)


class Traces:
    """The last requests of a server, oldest first.

    Attributes:
        count: how many requests it saw so far.
        changes: grows with whatever happens to one of them.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.count = self.changes = 0
        self._kept: deque[Trace] = deque(maxlen=KEPT)
        self._changed = threading.Condition()

    def add(self, trace: Trace) -> None:
        """Remember a request that has begun."""
        with self._changed:
            self.count += 1
            self.changes += 1
            trace.number = self.count
            self._kept.append(trace)

    def end(self, trace: Trace) -> None:
        """Let those know who wait for the end of a request."""
        with self._changed:
            trace.ended = True
            self.changes += 1
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Trace]:
        """Iterate over a snapshot."""
        with self._changed:
            return iter(list(self._kept))

    def last(self, method: str, target: str, since: int = 0, seconds: float = 0.5) -> Trace | None:
        """Return the last request of this method and path (with or without query) that arrived after `since`.

        The response reaches the client a moment before the request has ended here, so its end is waited for.
        """

        def found() -> Trace | None:
            return next((trace for trace in reversed(self._kept) if trace.of(method, target, since)), None)

        def ended() -> bool:
            trace = found()
            return trace is not None and trace.ended

        with self._changed:
            self._changed.wait_for(ended, seconds)
            return found()


class Tracer:
    """ASGI middleware around the student's application that records a Trace of each HTTP request."""

    def __init__(self, app: Any, traces: Traces, raised_at: Callable[[BaseException], str]) -> None:
        """Wrap an application; `raised_at` says in words where an exception was raised."""
        self._app, self._traces, self._raised_at = app, traces, raised_at

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on unchanged, and watch."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        trace = Trace(scope["method"], scope["path"] + (f"?{query}" if query else ""), time.time_ns())
        trace.request_headers = _headers(scope["headers"])

        async def watched_receive() -> Any:
            message = await receive()
            if message["type"] == "http.request":
                trace.request_size += len(message.get("body", b""))
                trace.request_body += message.get("body", b"")[: SNIPPET - len(trace.request_body)]
            return message

        async def watched_send(message: Any) -> None:
            await send(message)
            if message["type"] == "http.response.start":
                trace.answered, trace.status = time.time_ns(), message["status"]
                trace.response_headers = _headers(message.get("headers", []))
            elif message["type"] == "http.response.body":
                trace.response_size += len(message.get("body", b""))
                trace.response_body += message.get("body", b"")[: SNIPPET - len(trace.response_body)]
            trace.responded = time.time_ns()

        self._traces.add(trace)
        noticed = unhandled.begin(scope, self._raised_at)
        token = _current.set(trace)
        log.request.set(trace.number)  # for the rest of the task: uvicorn logs what was raised when this has returned
        try:
            await self._app(scope, watched_receive, watched_send)
            self._caught(trace, noticed)
        except BrokenOff:
            trace.raised = "it did not come back, and was broken off"
            answer = _broken_off(trace)
            if trace.status is None:
                await answer(scope, receive, watched_send)
        except BaseException as problem:
            trace.raised = self._raised_at(problem)
            _warn_here(trace.raised)
            raise
        finally:
            _current.reset(token)
            self._traces.end(trace)

    def _caught(self, trace: Trace, noticed: list[str]) -> None:
        """Take down what was raised where the application has made a 500 of it by itself."""
        if trace.status == 500 and noticed:
            trace.raised = noticed[-1]


def _warn_here(raised: str) -> None:
    """Let Python warn of a coroutine that nobody awaited into the log, and not in whatever cell runs later on."""
    if "'coroutine' object" in raised:
        asyncio.get_running_loop().call_soon(gc.collect)  # the exception, which holds it, is gone by then


def _broken_off(trace: Trace) -> PlainTextResponse:
    """Say in one line what has become of a request: a traceback would show nothing but how it was broken off."""
    said = f"{trace.method} {trace.target} did not come back, and was broken off.\n"
    if (outlet := log.current.get()) is not None:
        outlet.write(said, "ERROR")
    return PlainTextResponse(said, 503)


class _Steps(SpanProcessor):
    """Takes the times of the steps from FastAPI's spans."""

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        trace = _current.get()
        if trace and span.name == "fastapi.dependencies":
            trace.routed, trace.function = span.start_time, (span.attributes or {}).get("code.function.name")
        elif trace and span.name == "fastapi.endpoint":
            trace.validated = span.start_time

    def on_end(self, span: ReadableSpan) -> None:
        trace = _current.get()
        if trace is None:
            return
        if span.name == "fastapi.endpoint":
            trace.processed = span.end_time if span.status.is_ok or span.status.is_unset else None
        elif span.kind is otel.SpanKind.SERVER:
            route = (span.attributes or {}).get("http.route")
            trace.route = str(route) if route else None


def follow_fastapi() -> None:
    """Give FastAPI a tracer provider, if nobody has yet, so that it makes its spans."""
    provider = otel.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(shutdown_on_exit=False)
        otel.set_tracer_provider(provider)
    if not getattr(provider, "_labkit", False):
        provider._labkit = True  # type: ignore[attr-defined]
        provider.add_span_processor(_Steps())


def _headers(raw: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
