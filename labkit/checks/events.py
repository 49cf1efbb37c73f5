"""What checks see of a stream of server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NoReturn

import httpx

from labkit.checks.mismatch import Mismatch, received, short
from labkit.http import body as bodies
from labkit.http import event_stream
from labkit.http.event_stream import Event, Opened


class EventStream:
    """A response that is being read, event by event.

    Attributes:
        sent: the request in one line.
        status: the status code.
        headers: the response's headers.
        typed: whether it says that it is a stream of events.
        came: the events so far.
    """

    def __init__(self, sent: str, seconds: float, opened: Opened) -> None:
        """Take a response of which the head has come."""
        self.sent, self.status, self.headers = sent, opened.response.status_code, opened.response.headers
        self.typed = opened.streams
        self.came: list[Event] = []
        self._seconds, self._events = seconds, opened.events()

    @classmethod
    @contextlib.contextmanager
    def open(cls, client: httpx.Client, request: httpx.Request, sent: str, seconds: float) -> Iterator[EventStream]:
        """Send a request, and read what comes as long as the block goes on."""
        with contextlib.ExitStack() as stack:
            with received(sent, seconds):
                opened = stack.enter_context(event_stream.opened(client, request, seconds))
            yield cls(sent, seconds, opened)

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
