"""Reads server-sent events as a browser does, by the rules of the HTML standard, from a stream that is a stranger's."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from labkit.http.body import LIMIT, read
from labkit.http.exchange import Scissors, postpone, scissors

TYPE = "text/event-stream"
_LINE = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        name: what it is called; `message` where nobody has called it anything.
        data: its data, whose lines are joined by newlines.
        id: what a browser would send as Last-Event-ID from now on.
        at: when it came, on the monotonic clock.
    """

    name: str
    data: str
    id: str
    at: float


class Parser:
    """Makes events of bytes, in whatever parts they come."""

    def __init__(self) -> None:
        self._unread, self._begun = b"", False
        self._name, self._data, self._id = "", list[str](), ""

    def feed(self, part: bytes) -> list[Event]:
        """Return the events that are complete with these bytes."""
        text = self._unread + part
        if not self._begun and len(text) >= 3:
            text, self._begun = text.removeprefix(b"\xef\xbb\xbf"), True
        # A carriage return at the very end may be half of a line's end.
        complete, held = (text[:-1], text[-1:]) if text.endswith(b"\r") else (text, b"")
        *lines, rest = _LINE.split(complete)
        self._unread = rest + held
        events = [self._line(line.decode("utf-8", "replace")) for line in lines]
        return [event for event in events if event is not None]

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        elif field == "id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> Event | None:
        name, data, self._name, self._data = self._name, self._data, "", []
        return Event(name or "message", "\n".join(data), self._id, time.monotonic()) if data else None


class Opened:
    """A response of which the head has come.

    Attributes:
        response: the response; its body is still to be read.
    """

    def __init__(self, response: httpx.Response, held: Scissors) -> None:
        """Take a response, and what cuts its connection."""
        self.response = response
        self._held = held

    @property
    def streams(self) -> bool:
        """Whether it says that it is a stream of events."""
        return str(self.response.headers.get("content-type", "")).split(";")[0].strip().lower() == TYPE

    def body(self) -> bytes:
        """Read the whole body; see labkit.http.body."""
        with self._held.in_time():
            return read(self.response)

    def events(self) -> Iterator[Event]:
        """Read events as they come.

        Raises:
            TimeoutError: it took longer.
            httpx.HTTPError: the connection broke.
            ValueError: more than LIMIT bytes came.
        """
        parser, came = Parser(), 0
        assert isinstance(self.response.stream, httpx.SyncByteStream)
        parts = iter(self.response.stream)
        while True:
            with self._held.in_time():
                part = next(parts, None)
            if part is None:
                return
            came += len(part)
            if came > LIMIT:
                raise ValueError(f"more than {LIMIT} bytes of events")
            yield from parser.feed(part)


@contextlib.contextmanager
def opened(
    client: httpx.Client, request: httpx.Request, seconds: float, streaming: float | None = None
) -> Iterator[Opened]:
    """Send a request, and give the response as soon as its head has come; the connection ends with the block.

    Args:
        client: the client to send with.
        request: the request.
        seconds: how long all of the block may take.
        streaming: how long it may take, if what comes is a stream of events.

    Raises:
        TimeoutError: it took longer.
        httpx.HTTPError: the connection broke, or what came is not HTTP.
    """
    with scissors(seconds) as held:
        request.extensions["trace"] = held.trace
        with held.in_time():
            found = Opened(client.send(request, stream=True, follow_redirects=False), held)
        if streaming is not None and found.streams:
            postpone(held, streaming)
        try:
            yield found
        finally:
            with contextlib.suppress(Exception):
                found.response.close()
