"""A client of a WebSocket whose every step ends in time and takes a bounded amount of memory."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from typing import TypeVar

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from labkit.http.body import LIMIT
from labkit.http.exchange import deadline

LOST = 1006
"""The code of a connection that has ended without a word."""
_GOODBYE = 1.0
"""How long to wait for the other side's goodbye, in seconds."""
T = TypeVar("T")


class Closed(Exception):
    """The server has closed the connection.

    Attributes:
        code: why, by RFC 6455; LOST where it has not said so.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Client:
    """One connection that is open."""

    def __init__(self, connection: ClientConnection) -> None:
        """Take a connection whose handshake is done."""
        self._connection = connection

    def send(self, message: str | bytes, seconds: float) -> None:
        """Send a text, or bytes as a binary message.

        Raises:
            Closed: the server has closed the connection.
            TimeoutError: the server does not read.
        """
        self._step(lambda: self._connection.send(message), seconds)

    def receive(self, seconds: float) -> str | bytes:
        """Return the next message.

        Raises:
            Closed: the server has closed the connection.
            TimeoutError: none has come.
        """
        return self._step(lambda: self._connection.recv(seconds), seconds)

    def vanish(self) -> None:
        """End the connection without a word, as a telephone does in a tunnel."""
        with contextlib.suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def _step(self, work: Callable[[], T], seconds: float) -> T:
        try:
            # What waits for a message ends by itself; scissors are for what does not, as a server that reads nothing.
            with deadline(seconds + _GOODBYE, self._connection.socket):
                return work()
        except ConnectionClosed as problem:
            raise Closed(problem.rcvd.code if problem.rcvd else LOST) from None


@contextlib.contextmanager
def opened(connection: socket.socket, path: str, seconds: float, origin: str | None = None) -> Iterator[Client]:
    """Shake hands over a connection, and close it politely when the block ends.

    Args:
        connection: a connection to the server.
        path: what to ask for.
        seconds: how long the handshake may take.
        origin: the page that asks, as a browser names it.

    Raises:
        websockets.exceptions.InvalidStatus: the server has refused.
        websockets.exceptions.WebSocketException: what came is no handshake.
        TimeoutError: it took longer.
    """
    logging.getLogger("websockets.client").setLevel(logging.CRITICAL)  # what a server breaks is told by what is raised
    stack = contextlib.ExitStack()
    with connection:
        with deadline(seconds, connection):
            opening = connect(
                f"ws://localhost{path}",
                sock=connection,
                origin=Origin(origin) if origin is not None else None,
                proxy=None,
                compression=None,  # what is packed may unpack to anything
                max_size=LIMIT,
                open_timeout=seconds,
                ping_interval=None,
                close_timeout=_GOODBYE,
            )
            client = stack.enter_context(opening)
        try:
            yield Client(client)
        finally:
            with contextlib.suppress(Exception), deadline(2 * _GOODBYE, connection):
                stack.close()
