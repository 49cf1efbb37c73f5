"""Sends a request whose body never ends, and reads what the server says all the same, as no HTTP client does."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable, Mapping

import h11
import httpx

from labkit.http.body import LIMIT
from labkit.http.exchange import deadline


def exchange(
    connection: socket.socket,
    method: str,
    path: str,
    headers: Mapping[str, str],
    parts: Iterable[bytes],
    seconds: float,
) -> tuple[httpx.Response, bytes]:
    """Send the head of a request and parts of its body, and read the answer while they are sent.

    Args:
        connection: a connection to the server, which is closed at the end.
        method: the method.
        path: the path.
        headers: what the head has besides Host.
        parts: the body, as it stands on the wire.
        seconds: how long all of it may take.

    Returns:
        The response and its body, at most LIMIT bytes of it.

    Raises:
        TimeoutError: there was no answer in that time.
        OSError: the connection broke.
        h11.RemoteProtocolError: what came is not HTTP.
    """
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")

    def send() -> None:
        with contextlib.suppress(OSError):  # a server that has answered need not read on
            for part in (head, *parts):
                connection.sendall(part)

    with connection, deadline(seconds, connection):
        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        try:
            return answer(connection, method, path)
        finally:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sender.join(seconds)


def answer(connection: socket.socket, method: str, path: str) -> tuple[httpx.Response, bytes]:
    """Read the response to a request. What was asked does not matter to h11, only that something was."""
    wire = h11.Connection(h11.CLIENT)
    wire.send(h11.Request(method=method, target=path, headers=[("Host", "localhost"), ("Content-Length", str(LIMIT))]))
    response, body = None, bytearray()
    while len(body) <= LIMIT:
        match wire.next_event():
            case h11.NEED_DATA:
                wire.receive_data(connection.recv(65536))
            case h11.Response(status_code=status, headers=headers):
                response = httpx.Response(status, headers=list(headers))
            case h11.Data(data=data):
                body += data
            case h11.EndOfMessage():
                break
            case h11.ConnectionClosed() | h11.PAUSED:
                break
    if response is None:
        raise ConnectionResetError("the connection ended without an answer")
    return response, bytes(body[:LIMIT])
