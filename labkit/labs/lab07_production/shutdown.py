"""Ends a server in the middle of a request, and watches what becomes of the request, of others, and of the server."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from labkit.checks.api import Mismatch, Overdue, Reply
from labkit.checks.running import Running

PATIENCE = 6.0
"""How long to wait until new connections are refused, and until the server has ended, in seconds."""


@dataclass(frozen=True)
class Drained:
    """What became of a server that was told to end.

    Attributes:
        reply: the answer to the request that was under way; None if none came.
        lost: why there is none.
        refuses: whether it no longer answers new requests.
        code: its exit code; None if it still runs.
    """

    reply: Reply | None
    lost: str
    refuses: bool
    code: int | None


def drain(running: Running, path: str, seconds: float) -> Drained:
    """Send a request that takes some seconds, then SIGTERM, and watch."""
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(running.api.get, path, seconds=seconds + PATIENCE)
        for _ in range(4):  # a request that is answered was accepted after the first one
            time.sleep(0.1)
            _answers(running)
        running.signal(signal.SIGTERM)
        refuses = _comes_to_refuse(running)
        try:
            reply, lost = under_way.result(), ""
        except Mismatch as problem:
            reply, lost = None, problem.got
    return Drained(reply, lost, refuses, running.exit_code(PATIENCE))


def _comes_to_refuse(running: Running) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if _answers(running) is False:
            return True
        time.sleep(0.05)
    return False


def _answers(running: Running) -> bool | None:
    """Whether a new request is answered; None if there is no telling yet."""
    try:
        running.api.get("/openapi.json", seconds=2.0)
    except Overdue:
        return None
    except Mismatch:
        return False
    return True
