"""Log lines: one line of JSON on stdout for each request."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.http.body import parse
from labkit.labs.lab05_health.headers import AWAIT, CAUGHT, REQUEST_ID
from labkit.labs.lab05_health.times import timestamp, until

FIELDS = ("timestamp", "level", "method", "route", "status", "duration_ms", "request_id")
MARK = ("PATCH", "/fragile")
"""A request that no check sends."""
PRINT = "print(json.dumps(...), flush=True) writes a line; a logger without a handler shows warnings only, on stderr"
FIXED = 'where there is no route, write a word of your own, such as "unknown", and not the path'
CONTEXT = "a ContextVar that is set behind call_next has its old value here: response.headers has the id"
HEADERS = "response.headers has the id behind call_next, under the name X-Request-ID"
TEMPLATE = 'request.scope["route"] is the route that was taken, once it was'
NO_ROUTE = "for an unknown path there is no route: look whether it is None before you take its path"
ISO = "json.dumps takes no datetime: .isoformat() makes a text of it"
TWICE = "a logger hands its records to those above it, unless propagate is False"


class Line:
    """What was logged about one request.

    Attributes:
        reply: the request's reply.
        entry: the line, read; the first of them where there are several.
        what: the line, in words.
    """

    def __init__(self, running: Running, method: str, path: str, **options: Any) -> None:
        """Send a request, and expect a line of JSON about it."""
        self._running, replies = running, list[Reply]()
        lines = logged(running, lambda: replies.append(running.api.request(method, path, **options)))
        self.reply = replies[0]
        entries = [entry for entry in map(_entry, lines) if entry and entry.get("method", MARK[0]) != MARK[0]]
        if not entries:
            advice = cause(self.reply) or (None if lines or self.reply.raised else PRINT)
            self.reply.fail('a line of JSON on stdout, with "method"', advice, _or_none(lines))
        self.entry = entries[0]
        self.what = "a line" if len(entries) == 1 else f"{len(entries)} lines, the first"

    def has(self, name: str, wanted: Callable[[Any], bool], words: str, advice: str | None = None) -> Line:
        """Expect a field of the line to be right, and say in words what that is."""
        if name not in self.entry:
            self.reply.fail(f'a line with "{name}"', got=f"{self.what} with {', '.join(self.entry)}")
        if not wanted(self.entry[name]):
            self.reply.fail(f'a line with "{name}" {words}', advice, f'"{name}": {json.dumps(self.entry[name])}')
        return self

    def complete(self) -> Line:
        """Expect every field, with values of the right kind."""
        for name in FIELDS:
            self.has(name, lambda value: True, "")
        request = self.reply.sent.split()[0]
        self.has("method", lambda value: value == request, f'"{request}"')
        self.has(
            "status", lambda value: _number(value) and value == self.reply.status, f"{self.reply.status}, a number"
        )
        return self.has("level", lambda value: isinstance(value, str) and value.isalpha(), 'such as "INFO"')

    def timed(self) -> Line:
        """Expect the time of the request."""
        self.has("timestamp", lambda value: isinstance(value, str), "that is a text")
        timestamp(self.reply, self.entry["timestamp"])
        return self

    def identified(self) -> Line:
        """Expect the same id as in the response; that the response has one is another exercise."""
        wanted = self.reply.headers.get(REQUEST_ID)
        if not wanted:
            return self.has("request_id", lambda value: True, "")
        found = self.entry.get("request_id")
        advice = CONTEXT if isinstance(found, str) and found == self._other().get("request_id") else HEADERS
        return self.has("request_id", lambda value: value == wanted, f'"{wanted}", as in the response', advice)

    def _other(self) -> dict[str, Any]:
        """The line of another request."""
        return Line(self._running, "GET", "/models/digits").entry

    def routed(self, pattern: str, words: str) -> Line:
        """Expect the template of the route."""
        return self.has("route", lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value)), words)


def logged(running: Running, *sends: Callable[[], object]) -> list[str]:
    """Return the lines that appear on stdout while requests are sent, one after the other.

    A line may arrive after its answer has been read. So a request of another kind is sent before and after them, and
    what stands between its two lines is theirs.
    """
    begin = _marked(running)
    for send in sends:
        send()
    end = _marked(running) - 1
    return running.printed()[0][begin:end]


def _marked(running: Running) -> int:
    """Send a request that no check sends, and return how many lines there are up to its own."""
    before = len(running.printed()[0])
    reply = running.api.request(*MARK)

    def place() -> int:
        lines = running.printed()[0]
        return next((number for number in range(len(lines), before, -1) if MARK[0] in lines[number - 1]), 0)

    if not (found := until(place, bool, 3.0 if before else 0.5)):
        said = _or_none(running.printed()[0][before:])
        advice = cause(reply) or (PRINT if said == "no line" and not reply.raised else None)
        reply.sent = f"{' '.join(MARK)}, a request like any other"
        reply.fail('a line of JSON on stdout, with "method"', advice, said)
    return found


def cause(reply: Reply) -> str | None:
    """Say what to try where what was raised shows why a request was not written down."""
    raised = reply.raised or ""
    if raised.startswith("ZeroDivisionError"):
        return CAUGHT
    if raised.startswith("AttributeError: 'coroutine'"):
        return AWAIT
    if raised.startswith("AttributeError: 'NoneType' object has no attribute 'path'"):
        return NO_ROUTE
    return ISO if raised.startswith("TypeError: Object of type datetime is not JSON") else None


def _or_none(lines: list[str]) -> str:
    telling = [line for line in lines if "method" in line] or [line for line in lines if line.strip()]
    return f"this line: {telling[0]}" if telling else "no line"


def one_line_each(running: Running, *paths: str) -> None:
    """Expect one line on stdout for each request, and no other line."""
    for _ in range(2):  # a line about the start may fall into the first of them
        lines = logged(running, *(partial(running.api.get, path) for path in paths))
        if len(lines) == len(paths):
            return
    got = f"{len(lines)} lines{f', such as {lines[1]}' if len(lines) > len(paths) else ''}"
    advice = TWICE if any(lines.count(line) > 1 for line in lines) else None
    raise Mismatch(f"GET {', '.join(paths)}", f"{len(paths)} lines on stdout", got, advice)


def one_word_for_unknown(running: Running, *paths: str) -> None:
    """Expect unknown paths to have the same route, which is none of them."""
    found = [Line(running, "GET", path) for path in paths]
    words = {str(line.routed(".+", "that is a word").entry["route"]) for line in found}
    if len(words) > 1 or any(path in word for path in paths for word in words):
        got = f"route {' and '.join(sorted(words))}"
        known = Line(running, "GET", "/models/iris").entry["route"] != "/models/iris"
        advice = FIXED if known and words <= set(paths) else TEMPLATE
        raise Mismatch(f"GET {' and '.join(paths)}", "one fixed word as the route of both", got, advice)


def honest_duration(running: Running, least: float, **prediction: Any) -> None:
    """Expect a prediction to take no less than the model does, and no more than its client waits."""
    began = time.perf_counter()
    line = Line(running, "POST", "/predict", **prediction)
    low, most = 800 * least, 1000 * (time.perf_counter() - began) + 10
    line.reply.expect(200)
    found = line.has("duration_ms", _number, "that is a number").entry["duration_ms"]
    advice = "these are seconds" if low < 1000 * found < most else None
    line.has("duration_ms", lambda value: low < value < most, f"from {1000 * least:g} to {most:.0f}", advice)


def without(running: Running, mark: str, body: dict[str, Any]) -> None:
    """Expect a request's line to have nothing of its body, in which this mark stands."""
    replies: list[Reply] = []
    sent = logged(running, lambda: replies.append(running.api.post("/predict", json=body)))
    if found := next((line for line in sent if mark in line), None):
        replies[0].fail("a line without the body", got=f"the line {found}")
    if not sent:
        replies[0].fail("a line of JSON on stdout", PRINT, "no line")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _entry(line: str) -> dict[str, Any] | None:
    found = parse(line)
    return found if isinstance(found, dict) else None
