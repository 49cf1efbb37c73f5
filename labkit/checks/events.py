"""What checks see of a stream of server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NoReturn

import httpx

from labkit.checks.mismatch import Mismatch, received, short
from labkit.http import body as bodies
from labkit.http import event_stream
from labkit.http.event_stream import TYPE, Event


class EventStream:
    """A response that is being read, event by event.

    Attributes:
        sent: the request in one line.
        status: the status code.
        headers: the response's headers.
        came: the events so far.
    """

    def __init__(self, sent: str, seconds: float, response: httpx.Response, events: Iterator[Event]) -> None:
        """Take a response of which the head has come."""
        self.sent, self.status, self.headers = sent, response.status_code, response.headers
        self.came: list[Event] = []
        self._seconds, self._events = seconds, events

    @classmethod
    @contextlib.contextmanager
    def open(cls, client: httpx.Client, request: httpx.Request, sent: str, seconds: float) -> Iterator[EventStream]:
        """Send a request, and read what comes as long as the block goes on."""
        with contextlib.ExitStack() as stack:
            with received(sent, seconds):
                response, events = stack.enter_context(event_stream.opened(client, request, seconds))
            yield cls(sent, seconds, response, events)

    @property
    def typed(self) -> bool:
        """Whether the response says that it is a stream of events."""
        return str(self.headers.get("content-type", "")).split(";")[0].strip().lower() == TYPE

    def next(self) -> Event | None:
        """Wait for the next event; None where the stream has ended."""
        with received(self.sent, self._seconds, "a stream of events"):
            event = next(self._events, None)
        if event is not None:
            self.came.append(event)
        return event

    def read(self, most: int | None = None) -> list[Event]:
        """Read so many events more, or all, and return them."""
        before = len(self.came)
        while (most is None or len(self.came) - before < most) and self.next() is not None:
            pass
        return self.came[before:]

    def fail(self, expected: str, got: str, advice: str | None = None) -> NoReturn:
        """Say that the stream is not as expected."""
        raise Mismatch(self.sent, expected, short(got), advice)


def value(event: Event) -> Any:
    """Return the JSON that the data of an event is; None if it is none."""
    return bodies.parse(event.data)
