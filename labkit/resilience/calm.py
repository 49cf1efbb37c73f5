"""Whether a run counts: where the checker's own client is in trouble, or the machine has stopped, it is void."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from labkit.resilience import wire

REQUESTS, LONGEST = 20, 5.0
"""How many requests the client sends to a server of its own, and how long one of them, or a gap, may take."""
RUNS = 3
"""How often something is run at most, until a run counts."""
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

Outcome = TypeVar("Outcome")


class VoidRun(RuntimeError):
    """The run says nothing about the service: the checker's trouble, to be run again, and never a mark."""


@contextlib.contextmanager
def calm() -> Iterator[None]:
    """Hold that the client and the machine are well before the block, while it runs, and after it.

    Raises:
        VoidRun: they are not.
    """
    over, gaps = threading.Event(), [0.0]
    _try_out()
    watching = threading.Thread(target=_watch, args=(over, gaps), daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
    _try_out()
    if max(gaps) > LONGEST:
        raise VoidRun(f"this machine stood still for {max(gaps):.1f} s")


def repeated(run: Callable[[], Outcome], afresh: Callable[[], None]) -> Outcome:
    """Run something until a run counts, at most three times.

    Args:
        run: what is to be run.
        afresh: brings everything back to the beginning, before it is run again.

    Raises:
        VoidRun: no run counts.
    """
    for _ in range(RUNS - 1):
        with contextlib.suppress(VoidRun), calm():
            return run()
        afresh()
    with calm():
        return run()


def _watch(over: threading.Event, gaps: list[float]) -> None:
    before = time.monotonic()
    while not over.wait(0.01):
        now = time.monotonic()
        gaps[0], before = max(gaps[0], now - before), now


def _try_out() -> None:
    """Send requests to a server of our own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening,), daemon=True).start()
        address = listening.getsockname()
        for _ in range(REQUESTS):
            began = time.monotonic()
            try:
                wire.send(lambda: socket.create_connection(address), "GET", "/", {})
            except (wire.Unreachable, wire.Silent) as problem:
                raise VoidRun(f"the checker's client does not reach a server of its own: {problem}") from problem
            if time.monotonic() - began > LONGEST:
                raise VoidRun("the checker's client waits for a server of its own")


def _serve(listening: socket.socket) -> None:
    with contextlib.suppress(OSError):
        for _ in range(REQUESTS):
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(_OK)
