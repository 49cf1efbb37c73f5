"""What checks see of a stream of server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import httpx

from labkit.checks.mismatch import Mismatch, Overdue, Raised, received, short
from labkit.http import body as bodies
from labkit.http import event_stream
from labkit.http.event_stream import Event, Opened
from labkit.module.advice import for_exception


class EventStream:
    """A response that is being read, event by event.

    Attributes:
        sent: the request in one line.
        status: the status code.
        headers: the response's headers.
        typed: whether it says that it is a stream of events.
        came: the events so far.
    """

    def __init__(self, sent: str, seconds: float, opened: Opened, raised: Callable[[], str | None]) -> None:
        """Take a response of which the head has come; `raised` tells what the student's code raised, if it did."""
        self.sent, self.status, self.headers = sent, opened.response.status_code, opened.response.headers
        self.typed = opened.streams
        self.came: list[Event] = []
        self._seconds, self._events, self._raised = seconds, opened.events(), raised

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        client: httpx.Client,
        request: httpx.Request,
        sent: str,
        seconds: float,
        raised: Callable[[], str | None],
    ) -> Iterator[EventStream]:
        """Send a request, and read what comes as long as the block goes on."""
        with contextlib.ExitStack() as stack:
            with received(sent, seconds):
                opened = stack.enter_context(event_stream.opened(client, request, seconds))
            yield cls(sent, seconds, opened, raised)

    def next(self) -> Event | None:
        """Wait for the next event; None where the stream has ended."""
        try:
            with received(self.sent, self._seconds, "a stream of events"):
                event = next(self._events, None)
        except Overdue:
            raise
        except Mismatch as problem:
            self._tell(problem.expected)
            raise
        if event is not None:
            self.came.append(event)
        return event

    def read(self, most: int | None = None) -> list[Event]:
        """Read so many events more, or all, and return them."""
        before = len(self.came)
        while (most is None or len(self.came) - before < most) and self.next() is not None:
            pass
        return self.came[before:]

    def ended(self, expected: str, advice: str | None = None) -> NoReturn:
        """Say that the stream has ended where something else was expected; it may be that the code has raised."""
        self._tell(expected)
        self.fail(expected, f"the end of the stream, after {len(self.came)} events", advice)

    def _tell(self, expected: str) -> None:
        if said := self._raised():
            raise Raised(self.sent, expected, f"it broke off ({said})", for_exception(said)) from None

    def fail(self, expected: str, got: str, advice: str | None = None) -> NoReturn:
        """Say that the stream is not as expected."""
        raise Mismatch(self.sent, expected, short(got), advice)


def value(event: Event) -> Any:
    """Return the JSON that the data of an event is; None if it is none."""
    return bodies.parse(event.data)
