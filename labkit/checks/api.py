"""What an author writes checks with.

A check is a pytest function that talks to the student's server and says what it expects:

    @exercise("path_parameter")
    def test_number(api: Api) -> None:
        \"\"\"An id in the path arrives as a number.\"\"\"
        api.get("/items/42").expect(200, {"item_id": 42})

Its docstring is the sentence the student reads. A reply that is not as expected raises Mismatch, whose text has at most
four lines: what was sent, what was expected, what came back, and what to try where the symptom identifies the cause.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from labkit.checks.events import EventStream
from labkit.checks.mismatch import WIDTH, Mismatch, Overdue, Raised, received, short
from labkit.checks.reply import Reply
from labkit.checks.websocket import WebSocket
from labkit.http import unfinished
from labkit.http.exchange import exchange
from labkit.http.together import Answered, together

if TYPE_CHECKING:
    from labkit.checks.foundation import Foundation

__all__ = ["SECONDS", "WIDTH", "Api", "Mismatch", "Overdue", "Raised", "Reply", "exercise", "table", "weightless"]

exercise = pytest.mark.exercise
"""Marks the exercise a check belongs to."""

weightless = pytest.mark.weightless
"""Marks a check that carries no share of the points. If it is an exercise's first one, it has to pass all the same."""

SECONDS = 5.0
"""How long one request may take, in seconds, from the first byte sent to the last byte received."""


Ask = tuple[str, str, dict[str, Any]]
"""A request to be sent: its method, its path, and what httpx takes besides."""


class Api:
    """A client of the student's server that is never left hanging and never reuses a connection.

    After an unhandled error the server closes its connection; a kept one would break the next, innocent request.

    Attributes:
        foundation: what of the module is served; None where nobody knows.
        dial: opens a connection to the server; None for one to the client's own address.
    """

    dial: Callable[[], socket.socket] | None = None

    def __init__(
        self,
        client: httpx.Client,
        raised: Callable[[str, str, int], str | None] = lambda method, path, since: None,
        foundation: Foundation | None = None,
    ) -> None:
        """Wrap a client.

        Args:
            client: the client to send with.
            raised: tells what the student's code raised in the last request of this method and path that was sent
                after a moment, in nanoseconds since the epoch.
            foundation: knows what of the module is served, where that is known.
        """
        self.foundation = foundation
        self._client = client
        self._raised = raised

    def plain(self) -> Api:
        """Return a client that several threads may use at the same time: it does not ask what the code has raised."""
        return Api(self._client)

    def explain(self, reply: Reply) -> Reply:
        """Ask what the code has raised where a plain client got this reply, once the threads are done; return it."""
        if reply.status >= 500 and reply.asked and not reply.raised:
            reply.raised = self._raised(*reply.asked)
        return reply

    def explain_first(self, replies: Iterable[Reply]) -> None:
        """Ask what the code has raised for the first of these that failed: it speaks for all who asked the same."""
        if failed := next((reply for reply in replies if reply.status >= 500), None):
            self.explain(failed)

    def get(self, path: str, **options: Any) -> Reply:
        """Send a GET; see `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Reply:
        """Send a POST; see `request`."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, *, seconds: float = SECONDS, shown: str = "", **options: Any) -> Reply:
        """Send a request and read the whole answer, following redirects on the same server.

        Args:
            method: the HTTP method.
            path: the path, from `/`.
            seconds: how long it may take.
            shown: what a message says of the body, in place of its first letters.
            options: as httpx takes them: params, json, content, headers.

        Raises:
            Overdue: it took longer than `seconds`.
            Mismatch: the server broke the connection or sent something that is not HTTP.
        """
        seconds = self._allowed(f"{method} {path}", seconds)
        request = self._client.build_request(method, path, timeout=seconds, **options)
        sent = f"{method} {path} {shown}" if shown else _sent(request)
        begun = time.time_ns()
        with received(sent, seconds):
            response, body = exchange(self._client, request, seconds)
        raised = self._raised(method, request.url.path, begun) if response.status_code >= 500 else None
        reply = Reply(sent, response, body, raised)
        reply.asked = method, request.url.path, begun
        return reply

    def unfinished(
        self, method: str, path: str, parts: Iterable[bytes], shown: str, seconds: float, headers: Mapping[str, str]
    ) -> Reply:
        """Send a request whose body has no end, and read what comes all the same.

        Args:
            method: the HTTP method.
            path: the path.
            parts: what is sent of the body, as it stands on the wire.
            shown: what a message says of it.
            seconds: how long to wait for an answer.
            headers: more headers; a Content-Length or a Transfer-Encoding says how the body would go on.
        """
        sent = f"{method} {path} {shown}"
        seconds = self._allowed(sent, seconds)
        with received(sent, seconds):
            response, body = unfinished.exchange(self._dial(), method, path, headers, parts, seconds)
        return Reply(sent, response, body, None)

    def together(
        self, asks: Sequence[Ask], seconds: float = 60.0, sent: Callable[[Answered], None] = lambda answered: None
    ) -> list[Reply]:
        """Send requests at the same time, each over a connection that is open already; see labkit.http.together.

        Args:
            asks: each a method, a path, and what httpx takes besides: json, content, headers.
            seconds: how long all of them may take.
            sent: is called when all have been sent, before the first answer is read; it is told how to look for it.
        """
        seconds = self._allowed(f"{len(asks)} requests at the same time", seconds)
        requests = [self._client.build_request(method, path, **options) for method, path, options in asks]
        begun = time.time_ns()
        replies = []
        with received(f"{len(asks)} times {_sent(requests[0])}", seconds):
            answers = together(self._dial, requests, seconds, sent)
            for request, (response, body) in zip(requests, answers, strict=True):
                replies.append(Reply(_sent(request), response, body, None))
                replies[-1].asked = request.method, request.url.path, begun
        self.explain_first(replies)
        return replies

    @contextlib.contextmanager
    def events(self, path: str, *, seconds: float = SECONDS, **options: Any) -> Iterator[EventStream]:
        """Ask for a stream of server-sent events, and read it as it comes; the connection ends with the block.

        Args:
            path: the path, from `/`.
            seconds: how long it may take until the end of the block.
            options: as httpx takes them: params, headers.
        """
        seconds = self._allowed(f"GET {path}", seconds)
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", **options.pop("headers", {})}
        request = self._client.build_request("GET", path, timeout=seconds, headers=headers, **options)
        raised = self._since("GET", request.url.path)
        with EventStream.open(self._client, request, _sent(request), seconds, raised) as stream:
            yield stream

    @contextlib.contextmanager
    def websocket(self, path: str, *, seconds: float = SECONDS, origin: str | None = None) -> Iterator[WebSocket]:
        """Open a WebSocket, and talk over it until the block ends.

        Args:
            path: the path, from `/`.
            seconds: how long each step may take.
            origin: the Origin that a browser would name; none for no browser.
        """
        sent = f"WebSocket {path}" + (f" with Origin: {origin}" if origin is not None else "")
        raised = self._since("WEBSOCKET", path)
        with WebSocket.open(self._dial, path, sent, lambda: self._allowed(sent, seconds), origin, raised) as opened:
            yield opened

    def _since(self, method: str, path: str) -> Callable[[], str | None]:
        """Return what tells what was raised from now on."""
        begun = time.time_ns()
        return lambda: self._raised(method, path, begun)

    def _allowed(self, sent: str, seconds: float) -> float:
        """Return how long an exchange may take that is allowed so many seconds at most."""
        return seconds

    def _dial(self) -> socket.socket:
        """Return a new connection to the server, for what httpx cannot send."""
        if self.dial is not None:
            return self.dial()
        url = self._client.base_url
        return socket.create_connection((url.host, url.port or 80))


def table(given: dict[str, Any], name: str, length: int, key: str) -> list[dict[str, Any]]:
    """Return a table that the lab's first section gives: a list of dicts, each with a name of its own under `key`.

    Raises:
        Mismatch: the module has no such table, or it is not as it was given.
    """
    rows = given.get(name)
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    names = {row[key] for row in rows if isinstance(row.get(key), str) and row[key].isprintable()}
    if len(rows) == len(names) == length:
        return rows
    wanted = f'a list of {length} dicts {{"{key}": ...}}, each with its own name'
    found = f"{len(rows)} dicts with {len(names)} names"
    raise Mismatch(f"{name} in your module", wanted, found, "bring the first section back to what was given")


def _sent(request: httpx.Request) -> str:
    body = request.content.decode("utf-8", "replace")
    path = request.url.raw_path.decode("ascii", "replace")
    return f"{request.method} {short(path)} {short(body)}".rstrip()
