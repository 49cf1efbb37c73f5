"""One exchange over HTTP that ends in time, whatever the server does."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx

from labkit.http.body import read

REDIRECTS = 3
"""How many redirects are followed."""


def exchange(
    client: httpx.Client, request: httpx.Request, seconds: float, redirects: int = REDIRECTS
) -> tuple[httpx.Response, bytes]:
    """Send a request and read the answer, following redirects on the same server.

    Args:
        client: the client to send with.
        request: the request.
        seconds: how long all of it may take, from the first byte sent to the last byte received.
        redirects: how many redirects may follow each other; 0 to follow none.

    Returns:
        The response and its body, at most labkit.http.body.LIMIT bytes of it.

    Raises:
        TimeoutError: it took longer.
        httpx.HTTPError: the connection broke, what came is not HTTP, or it redirects without end.
    """
    with deadline(seconds) as held:
        return _follow(client, request, held, redirects)


@contextlib.contextmanager
def deadline(seconds: float, connection: socket.socket | None = None) -> Iterator[Scissors]:
    """Cut a connection if the block takes longer than so many seconds.

    Args:
        seconds: how long it may take.
        connection: what to cut, where it is not httpx that opens it and is told to trace it.

    Raises:
        TimeoutError: it took longer.
    """
    with scissors(seconds) as held:
        held.hold(connection)
        with held.in_time():
            yield held


def scissors(seconds: float) -> contextlib.AbstractContextManager[Scissors]:
    """Return what cuts a connection after so many seconds, and is put away with the block."""
    return _watch.scissors(seconds)


def postpone(held: Scissors, seconds: float) -> None:
    """Let scissors cut so many seconds from now, and not when it was said before."""
    _watch.postpone(held, seconds)


def _follow(
    client: httpx.Client, request: httpx.Request, scissors: Scissors, redirects: int
) -> tuple[httpx.Response, bytes]:
    first = request
    for _ in range(redirects + 1):
        request.extensions["trace"] = scissors.trace
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            body = read(response)
        finally:
            response.close()
        if scissors.cut:
            raise TimeoutError
        follow = response.next_request
        if follow is None or redirects == 0 or _server(follow) != _server(first):
            return response, body
        request = follow
    raise httpx.TooManyRedirects(f"more than {redirects} redirects", request=first)


def _server(request: httpx.Request) -> tuple[str, str, int | None]:
    return request.url.scheme, request.url.host, request.url.port


class Scissors:
    """Cuts a connection when its time is up. httpx cannot: its timeouts begin anew with every byte that comes."""

    def __init__(self) -> None:
        self.cut = False
        self._socket: socket.socket | None = None

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take the socket from httpx, which tells its steps to this function."""
        if event in {"connection.connect_tcp.complete", "connection.connect_unix_socket.complete"}:
            self.hold(info["return_value"].get_extra_info("socket"))

    def hold(self, connection: socket.socket | None) -> None:
        """Remember what to cut, and cut it if the time was up before it was there."""
        self._socket = connection
        if self.cut:
            self.snip()

    @contextlib.contextmanager
    def in_time(self) -> Iterator[None]:
        """Raise TimeoutError in place of whatever comes of a connection that was cut."""
        try:
            yield
        except Exception:
            if self.cut:
                raise TimeoutError from None
            raise
        if self.cut:  # a body without a length ends where the connection does
            raise TimeoutError

    def snip(self) -> None:
        """Cut the connection, or the next one that is opened."""
        self.cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Watch:
    """Uses scissors when it is time. One thread does for all requests: to start one takes as long as to send one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Scissors, float] = {}
        self._wakes = math.inf
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def scissors(self, seconds: float) -> Iterator[Scissors]:
        """Give scissors that cut after so many seconds."""
        scissors = Scissors()
        with self._changed:
            self._due[scissors] = when = time.monotonic() + seconds
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="labkit-watch", daemon=True)
                self._thread.start()
            elif when < self._wakes:
                self._changed.notify()
        try:
            yield scissors
        finally:
            with self._changed:
                del self._due[scissors]

    def postpone(self, scissors: Scissors, seconds: float) -> None:
        """Change when to cut."""
        with self._changed:
            if scissors in self._due:
                self._due[scissors] = time.monotonic() + seconds
                self._changed.notify()

    def _look(self) -> None:
        with self._changed:
            while self._due:
                self._wakes = min(self._due.values())
                self._changed.wait(min(60.0, max(0.0, self._wakes - time.monotonic())))
                for scissors, when in self._due.items():
                    if when <= time.monotonic() and not scissors.cut:
                        scissors.snip()
                        self._due[scissors] = math.inf
            self._wakes, self._thread = math.inf, None


_watch = _Watch()
