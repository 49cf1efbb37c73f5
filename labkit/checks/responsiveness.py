"""Whether a server still answers while it is at work on something slow.

The check compares times of one and the same run: how long the quick requests took, in slow ones. A loaded machine makes
both longer. A server that is held up answers one or two quick requests for each slow one, another server many.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from labkit.checks.api import Api, Ask, Reply
from labkit.http.together import Answered

FREE, HELD_UP = 0.5, 0.9
"""Up to which share of a slow request's time a quick one may take, and from which on it was certainly held up."""
TRIES = 3
PAUSE = 0.03
"""What lies between one quick request and the next, in seconds."""

Send = Callable[[], Reply]


@dataclass(frozen=True)
class Meanwhile:
    """Slow requests that were under way at the same time, and quick ones sent one after the other meanwhile.

    Attributes:
        slow: the answers to the slow requests, in their order.
        quick: the answers to the quick ones.
        slowest_quick: how long the slowest of the quick ones took, in seconds.
        mean_quick: how long they took on average.
        fastest_slow: how long the fastest of the slow ones took.
    """

    slow: list[Reply]
    quick: list[Reply]
    slowest_quick: float
    mean_quick: float
    fastest_slow: float

    @property
    def share(self) -> float:
        """How long a quick request took, where the fastest slow one is 1."""
        return self.mean_quick / self.fastest_slow

    @property
    def held_up(self) -> bool:
        """Whether the quick requests had to wait for the slow ones."""
        return self.share > FREE


def meanwhile(slow: Sequence[Send], quick: Send, begun: Callable[[], bool]) -> Meanwhile:
    """Send slow requests at the same time, and quick ones for as long as the slow ones are under way.

    Where one run leaves it open whether the server was held up, there is another.

    Args:
        slow: what sends each slow request.
        quick: what sends a quick one.
        begun: whether the server is at work on a slow one by now.
    """
    for _ in range(TRIES):
        found = _run(slow, quick, begun)
        if not FREE < found.share < HELD_UP:
            break
    return found


def answered_before(api: Api, slow: Ask, quick: Send, most: int, seconds: float) -> tuple[int, Reply]:
    """Send quick requests when a slow one was sent; return how many were answered before it, and its answer.

    All are sent by one thread, which looks whether the slow one's answer is there when it has a quick one's: a server
    that does one thing after the other may answer one or two before it begins with the slow one, and no more.

    Args:
        api: a client of the server.
        slow: the slow request.
        quick: what sends a quick one.
        most: how many are enough.
        seconds: how long the slow one may take.
    """
    before = 0

    def ask(answered: Answered) -> None:
        nonlocal before
        while before < most and not answered():
            quick().expect(200)
            before += not answered()

    (reply,) = api.together([slow], seconds, ask)
    return before, reply


def _run(slow: Sequence[Send], quick: Send, begun: Callable[[], bool]) -> Meanwhile:
    begun()  # what it was at work on before does not count
    with ThreadPoolExecutor(len(slow)) as pool:
        under_way = [pool.submit(_timed, send) for send in slow]
        while not begun() and not all(one.done() for one in under_way):
            time.sleep(0.001)
        answers = [_timed(quick)]
        while not all(one.done() for one in under_way):
            time.sleep(PAUSE)
            answers.append(_timed(quick))
        slow_ones = [one.result() for one in under_way]
    times = [seconds for _, seconds in answers]
    return Meanwhile(
        slow=[reply for reply, _ in slow_ones],
        quick=[reply for reply, _ in answers],
        slowest_quick=max(times),
        mean_quick=sum(times) / len(times),
        fastest_slow=min(seconds for _, seconds in slow_ones),
    )


def _timed(send: Send) -> tuple[Reply, float]:
    began = time.perf_counter()
    return send(), time.perf_counter() - began
