"""The tricks of an upstream: what it waits for before it answers. None of them takes a time for a measure.

A rendezvous answers when all calls are there. Held calls wait until they are told. An answer may come after others, or
drip: byte after byte, so that no silence is long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from labkit.companions.upstream import Call, Reply, Upstream
from labkit.sandbox.patience import patience

LONG = 6.0
"""How long a trick waits for what does not come, in seconds."""
TICK = 0.01

Waiting = Callable[[Call], Coroutine[Any, Any, Reply]]


class Rendezvous:
    """Answers when so many calls are there, or when it has waited long enough, and then waits no more.

    Attributes:
        most: how many calls there were at the same time, at most.
    """

    def __init__(self, count: int, seconds: float) -> None:
        """Wait for a number of calls, for so many seconds."""
        self.most = 0
        self._count, self._seconds, self._here = count, seconds, 0
        self._over = False

    def answer(self, reply: Reply) -> Waiting:
        """Return what waits, and then answers this."""

        async def waiting(call: Call) -> Reply:
            self._here += 1
            self.most = max(self.most, self._here)
            await _until(lambda: self._over or self.most >= self._count, self._seconds)
            self._over = True
            self._here -= 1
            return reply

        return waiting


class Hold:
    """Holds every call until it is told to let go."""

    def __init__(self) -> None:
        """Hold."""
        self.over = False

    def answer(self, reply: Reply) -> Waiting:
        """Return what waits, and then answers this."""

        async def held(call: Call) -> Reply:
            await _until(lambda: self.over, 10 * patience(LONG))
            return reply

        return held


def after(upstream: Upstream, paths: Sequence[str], reply: Reply) -> Waiting:
    """Return what answers once calls of these paths were answered, and whoever asked had a moment to see it."""

    async def last(call: Call) -> Reply:
        def answered() -> bool:
            return set(paths) <= {one.path for one in list(upstream.calls) if one.answered}

        await _until(answered, patience(LONG))
        await asyncio.sleep(0.1)
        return reply

    return last


def late(reply: Reply, seconds: float) -> Waiting:
    """Return what answers after some seconds."""

    async def waiting(call: Call) -> Reply:
        await asyncio.sleep(seconds)
        return reply

    return waiting


def dripping(reply: Reply, seconds: float) -> Reply:
    """Return the same answer, its head at once and its body byte by byte over so many seconds."""
    return replace(reply, every=seconds / len(reply.body))


async def _until(come: Callable[[], bool], seconds: float) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while not come() and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(TICK)
