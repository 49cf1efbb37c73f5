"""X-ray of a request: the five steps it went through, with measured times, drawn from the live server."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import httpx

from labkit.checking import SECONDS
from labkit.exchange import exchange
from labkit.server import Server
from labkit.tracing import STEPS, Trace
from labkit.verdict import Outcome
from labkit.view import COLOURS, LINE, MONO, Picture

_REACHED, _STOPPED = COLOURS[Outcome.CORRECT], COLOURS[Outcome.INCORRECT]


@dataclass(frozen=True)
class Step:
    """One step of a request.

    Attributes:
        name: one of STEPS.
        milliseconds: how long it took; None where it was not reached or cannot be told.
        detail: what was decided in it.
        stopped: whether the request failed here.
    """

    name: str
    milliseconds: float | None
    detail: str
    stopped: bool = False


@dataclass(frozen=True)
class XRay(Picture):
    """A request that was sent, and what the server did with it.

    Attributes:
        sent: when the client began to send, in nanoseconds since the epoch.
        received: when it had read the whole answer.
        trace: what the server saw; None if it never called an application.
        problem: why there was no answer; empty if there was one.
        request: method and path.
    """

    request: str
    sent: int
    received: int
    trace: Trace | None
    problem: str = ""

    @property
    def total(self) -> float:
        """From the first byte sent to the last byte received, in milliseconds."""
        return (self.received - self.sent) / 1e6

    @property
    def headline(self) -> str:
        """One line: the request, the status, the time."""
        if self.trace is None or self.trace.status is None:
            return f"X-ray of {self.request}: {self.problem or 'no answer'}"
        return f"X-ray of {self.request}: {self.trace.status} in {self.total:.1f} ms"

    def steps(self) -> list[Step]:
        """Return the five steps, in order."""
        trace = self.trace
        if trace is None:
            return [
                Step("listen", None, self.problem, stopped=True),
                *(Step(name, None, "not reached") for name in STEPS[1:]),
            ]
        begins = [self.sent, trace.arrived, trace.routed, trace.validated, trace.processed or trace.answered]
        last = min(trace.responded, self.received) if trace.responded else None  # the client may have it all before
        ends = [trace.arrived, trace.routed, trace.validated, trace.processed, last]
        steps = []
        for name, begin, end in zip(STEPS, begins, ends, strict=True):
            stopped = name == trace.stopped
            end = end or (trace.answered if stopped else None)
            reached = begin is not None and end is not None
            steps.append(
                Step(name, (end - begin) / 1e6 if begin and end else None, _detail(name, trace, reached), stopped)
            )
        return steps

    def html(self) -> str:
        """Return the picture: five boxes in a row, a bar for each time, and the bytes in and out."""
        steps = self.steps()
        longest = max([step.milliseconds or 0 for step in steps] + [0.001])
        boxes = '<div style="align-self: center; padding: 0 2px">→</div>'.join(_box(step, longest) for step in steps)
        wire = "".join(_wire(name, text) for name, text in self._bytes())
        return (
            f'<div class="labkit-xray" role="img" aria-label="{escape(self.headline)}">'
            f"<div style='margin: 4px 0'><b>{escape(self.headline)}</b></div>"
            f'<div style="display: flex; max-width: 1100px">{boxes}</div>{wire}</div>'
        )

    def __str__(self) -> str:
        lines = [self.headline]
        for step in self.steps():
            took = "       -" if step.milliseconds is None else f"{step.milliseconds:5.2f} ms"
            lines.append(f"  {step.name:<9} {took}  {'STOPPED HERE: ' if step.stopped else ''}{step.detail}")
        lines += [f"  {name:<9} {text}" for name, text in self._bytes()]
        return "\n".join(lines)

    __repr__ = __str__

    def _bytes(self) -> list[tuple[str, str]]:
        if self.trace is None:
            return []
        trace = self.trace
        asked = f"{trace.method} {trace.target} {_text(trace.request_body)}".rstrip()
        answered = f"{trace.status} {_text(trace.response_body)}".rstrip() if trace.status else "nothing"
        return [("in", asked), ("out", answered)]


def take(client: httpx.Client, server: Server, method: str, path: str, **options: Any) -> XRay:
    """Send a request to the live server and follow it."""
    request = client.build_request(method.upper(), path, **options)
    name = f"{request.method} {request.url.raw_path.decode('ascii', 'replace')}"
    sent = time.time_ns()
    problem = ""
    try:
        exchange(client, request, SECONDS, redirects=0)
    except (TimeoutError, httpx.TimeoutException):
        problem = f"no answer within {SECONDS:g} s"
    except httpx.HTTPError as error:
        problem = f"no connection: {server.problem}" if server.problem else f"{type(error).__name__}: {error}"
    received = time.time_ns()
    trace = server.traces.last(request.method, request.url.path, since=sent)
    if trace is None and not problem:
        problem = server.problem or "the application never saw it"
    return XRay(name, sent, received, replace(trace) if trace else None, problem)  # it may go on, the picture does not


def _detail(step: str, trace: Trace, reached: bool) -> str:
    """Say what a step decided."""
    kind = dict(trace.response_headers).get("content-type", "no content type").split(";")[0]
    match step:
        case "listen":
            return f"{trace.request_size} bytes of body, {len(trace.request_headers)} headers"
        case "route" if trace.routed is None and trace.stopped == "route":
            return (
                "no path fits: 404"
                if trace.status == 404
                else f"the path fits {trace.route}, the method does not: {trace.status}"
            )
        case "route":
            return " → ".join(filter(None, (trace.route, trace.function))) or "FastAPI does not say where it went"
        case "validate" if trace.stopped == "validate":
            return _refusal(trace)
        case "process" if trace.stopped == "process" and trace.status is None and not trace.raised:
            return "the function has not come back"
        case "process" if trace.stopped == "process":
            return trace.raised or f"the function answered {trace.status} by itself"
        case "respond":
            return f"{trace.status}, {trace.response_size} bytes of {kind}"
        case "validate" if reached:
            return "every part of the request fits its type"
        case "process" if reached:
            return f"{(trace.function or '').rpartition('.')[2]}() returned"
    return "not reached" if trace.stopped else "not measured"


def _refusal(trace: Trace) -> str:
    """Say which field was refused and why, as FastAPI's 422 says it."""
    try:
        first = json.loads(trace.response_body)["detail"][0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (ValueError, LookupError, TypeError):
        return f"refused with {trace.status}"


def _box(step: Step, longest: float) -> str:
    colour = _STOPPED if step.stopped else _REACHED if step.milliseconds is not None else LINE
    border = f"2px {'solid' if step.milliseconds is not None or step.stopped else 'dashed'} {colour}"
    took = f"{step.milliseconds:.2f} ms" if step.milliseconds is not None else "not timed"
    width = 100 * (step.milliseconds or 0) / longest
    sign = "✗ stopped here" if step.stopped else ""
    return (
        f'<div style="flex: 1; min-width: 0; border: {border}; border-radius: 6px; padding: 6px 8px">'
        f'<b>{step.name}</b> <b style="color: {_STOPPED}">{sign}</b><br>{took}'
        f'<div style="height: 8px; margin: 4px 0; width: {width:.0f}%; background: {colour}"></div>'
        f'<span style="overflow-wrap: anywhere">{escape(step.detail)}</span></div>'
    )


def _wire(name: str, text: str) -> str:
    wrapped = f'<span style="white-space: pre-wrap">{escape(text)}</span>'
    return f'<div style="margin: 4px 0; {MONO}"><b>{name:<3}</b> {wrapped}</div>'


def _text(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())[:300]
