"""X-ray of a request: the five steps it went through, with measured times, drawn from the live server."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import httpx

from labkit.checks.api import SECONDS
from labkit.http.exchange import exchange
from labkit.live.server import Server
from labkit.live.tracing import STEPS, Trace
from labkit.pictures.view import Picture, framed
from labkit.text import one_line
from labkit.verdict import Outcome

STYLE = Path(__file__).with_name("xray.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Step:
    """One step of a request.

    Attributes:
        name: one of STEPS.
        milliseconds: how long it took; None where it was not reached or cannot be told.
        detail: what was decided in it.
        stopped: whether the request failed here.
        reached: whether the request came so far.
    """

    name: str
    milliseconds: float | None
    detail: str
    stopped: bool = False
    reached: bool = True


@dataclass(frozen=True)
class XRay(Picture):
    """A request that was sent, and what the server did with it.

    Attributes:
        sent: when the client began to send, in nanoseconds since the epoch; None if the client was another program.
        received: when it had read the whole answer.
        trace: what the server saw; None if it never called an application.
        problem: why there was no answer; empty if there was one.
        request: method and path.
    """

    request: str
    sent: int | None
    received: int
    trace: Trace | None
    problem: str = ""

    @property
    def total(self) -> float:
        """From the first byte sent, as far as that is known, to the last byte received, in milliseconds."""
        return (self.received - (self.sent or (self.trace.arrived if self.trace else self.received))) / 1e6

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
                *(Step(name, None, "not reached", reached=False) for name in STEPS[1:]),
            ]
        begins = [self.sent, trace.arrived, trace.routed, trace.validated, trace.processed or trace.answered]
        last = min(trace.responded, self.received) if trace.responded else None  # the client may have it all before
        ends = [trace.arrived, trace.routed, trace.validated, trace.processed, last]
        steps = []
        for name, begin, end in zip(STEPS, begins, ends, strict=True):
            stopped = name == trace.stopped
            end = end or (trace.answered if stopped else None)
            took = (end - begin) / 1e6 if begin and end else None
            reached = stopped or name == STEPS[0] or begin is not None  # what another program sent began unseen
            steps.append(Step(name, took, _detail(name, trace, took is not None), stopped, reached))
        return steps

    def html(self) -> str:
        """Return the picture: five boxes in a row, each with its part of the whole time, and the bytes in and out."""
        steps = self.steps()
        failed = self.trace is None or self.trace.stopped is not None
        boxes, before = [], 0.0
        for step in steps:
            boxes.append(_box(step, before, self.total))
            before += step.milliseconds or 0
        wire = "".join(_wire(name, text) for name, text in self._bytes())
        title = f"{'✗' if failed else '✓'} {self.headline.rpartition(': ')[2]}"
        return framed(
            [
                f'<div class="head {Outcome.INCORRECT if failed else Outcome.CORRECT}"><b>X-ray of a request</b>',
                f'<code>{escape(self.request)}</code><span class="end status">{escape(title)}</span></div>',
                f'<div class="steps" role="img" aria-label="{escape(str(self))}">',
                '<div class="arrow">→</div>'.join(boxes),
                f"</div>{wire}",
            ],
            STYLE,
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


def seen(trace: Trace) -> XRay:
    """Follow a request that anybody has sent, from when it had arrived."""
    trace = replace(trace)
    received = trace.responded or (trace.answered if trace.ended else None) or time.time_ns()
    return XRay(f"{trace.method} {trace.target}", None, received, trace, "" if trace.ended else "no answer yet")


def _detail(step: str, trace: Trace, ended: bool) -> str:
    """Say what a step decided, as far as it has ended."""
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
        case "validate" if ended:
            return "every part of the request fits its type"
        case "process" if ended:
            return f"{(trace.function or '').rpartition('.')[2]}() returned"
    return "not reached" if trace.stopped else "not measured"


def _refusal(trace: Trace) -> str:
    """Say which field was refused and why, as FastAPI's 422 says it."""
    try:
        first = json.loads(trace.response_body)["detail"][0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (ValueError, LookupError, TypeError):
        return f"refused with {trace.status}"


def _box(step: Step, before: float, total: float) -> str:
    """Return one step: its name, its time, and where that lies in the whole."""
    measured = step.milliseconds is not None
    look = Outcome.INCORRECT if step.stopped else Outcome.CORRECT if step.reached else Outcome.NOT_ATTEMPTED
    took = f"{step.milliseconds:.2f} <small>ms</small>" if measured else "–"
    left, width = (100 * part / max(total, 0.001) for part in (before, step.milliseconds or 0))
    bar = f'<i style="left: {min(left, 98):.1f}%; width: {min(width, 100 - left):.1f}%"></i>' if measured else ""
    stop = '<div class="stop">✗ stopped here</div>' if step.stopped else ""
    return (
        f'<div class="step {look}" data-step="{step.name}"{" data-stopped" if step.stopped else ""}>'
        f'<div class="name">{step.name}</div><div class="took">{took}</div><div class="lane">{bar}</div>'
        f'{stop}<div class="detail">{escape(step.detail)}</div></div>'
    )


def _wire(name: str, text: str) -> str:
    return f'<div class="wire"><b>{name}</b><span>{escape(text)}</span></div>'


def _text(body: bytes) -> str:
    return one_line(body.decode("utf-8", "replace"), 300)
