"""Sends requests at the same time, as nearly as one machine can: a race that does not depend on luck.

Each request is sent over a connection of its own up to its last byte. When the server has all of them, the last bytes
follow, one directly after the other.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable, Sequence

import httpx

from labkit.http.exchange import deadline
from labkit.http.unfinished import answer

Answered = Callable[[], bool]
"""Whether the first request's answer has begun to come, or the time for it is over."""


def together(
    dial: Callable[[], socket.socket],
    requests: Sequence[httpx.Request],
    seconds: float,
    sent: Callable[[Answered], None] = lambda answered: None,
) -> list[tuple[httpx.Response, bytes]]:
    """Send all requests at the same time, and return the answers in the order of the requests.

    Args:
        dial: opens a connection to the server.
        requests: the requests.
        seconds: how long all of it may take.
        sent: is called when all have been sent, before the first answer is read; it is told how to look for it.

    Raises:
        TimeoutError: an answer did not come in that time.
        OSError: a connection broke.
        h11.RemoteProtocolError: what came is not HTTP.
    """
    until = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(dial()) for _ in requests]
        lines = [_wire(request) for request in requests]
        for connection, line in zip(connections, lines, strict=True):
            _send(connection, line[:-1])
        for connection, line in zip(connections, lines, strict=True):
            _send(connection, line[-1:])
        sent(lambda: time.monotonic() > until or bool(select.select(connections[:1], [], [], 0)[0]))
        return [_answer(connection, request, until) for connection, request in zip(connections, requests, strict=True)]


def _send(connection: socket.socket, part: bytes) -> None:
    """Send a part; who has refused before it came, and hung up, has answered all the same."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(part)


def _answer(connection: socket.socket, request: httpx.Request, until: float) -> tuple[httpx.Response, bytes]:
    with deadline(max(until - time.monotonic(), 0.01), connection):
        return answer(connection, request.method, request.url.path)


def _wire(request: httpx.Request) -> bytes:
    """Return a request as it stands on the wire."""
    first = request.method.encode() + b" " + request.url.raw_path + b" HTTP/1.1"
    fields = [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join([first, *fields, b"", request.content])
