"""Honest clients in a closed loop: each asks, waits for the answer, thinks, and asks again.

It is work, not time, that ends a load: a phase is over when its fault is, and when each client has had its answers. No
client sends more than it may, and each goes slower and slower, so that none runs out of what it may before the end.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from labkit.resilience.promises import Phase

ANSWERS, THOUGHT, SLOWER = 12, 0.02, 1.25
"""Answers each client has at least, seconds between two requests at first, and how these grow with each request."""
THINKING = 1.0
"""How many seconds lie between two requests at most."""

Ask = Callable[[Phase, int, int], bool]
"""Asks once, as the client of a number and for the time of a number, and says whether that was an answer."""


@contextlib.contextmanager
def clients(phase: Phase, ask: Ask, count: int = 4, most: int = 1000, thought: float = THOUGHT) -> Iterator[None]:
    """Let clients ask while the block runs, and until each has had its answers.

    Args:
        phase: what it is a part of.
        ask: asks once.
        count: how many clients there are.
        most: how often each may ask.
        thought: how many seconds lie between two of its requests at first.
    """

    def client(number: int) -> None:
        answered, pause = 0, thought
        for time_of_asking in range(most):
            if (phase.over.is_set() and answered >= ANSWERS) or phase.first or phase.suspected:
                return
            answered += ask(phase, number, time_of_asking)
            time.sleep(pause)
            pause = min(THINKING, pause * SLOWER)

    with ThreadPoolExecutor(count) as threads:
        asking = [threads.submit(client, number) for number in range(count)]
        try:
            yield
        finally:
            phase.over.set()
            for one in asking:
                one.result()
