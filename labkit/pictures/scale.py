"""Numbers as people read them: round marks on an axis, short durations, bars and curves made of characters."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"


class Clock:
    """Seconds since it was first asked, until it is stopped."""

    def __init__(self) -> None:
        """Begin when first asked."""
        self._began: float | None = None
        self._stopped: float | None = None

    def __call__(self) -> float:
        """Return the seconds since the first call; the first call returns 0."""
        now = self._stopped or time.monotonic()
        if self._began is None:
            self._began = now
        return now - self._began

    @property
    def began(self) -> bool:
        """Whether it was asked before."""
        return self._began is not None

    @property
    def running(self) -> bool:
        """Whether it was asked before, and not stopped."""
        return self.began and self._stopped is None

    def stop(self) -> None:
        """Stand still from now on."""
        if self.running:
            self._stopped = time.monotonic()


def ticks(most: float, count: int = 5) -> list[float]:
    """Return round numbers from 0 on, about so many; the last is not below `most`."""
    if not (math.isfinite(most) and most > 0):
        return [0.0, 1.0]
    step = _step(most / count)
    return [step * number for number in range(math.ceil(round(most / step, 6)) + 1)]


def within(least: float, most: float, count: int = 6) -> list[float]:
    """Return round numbers that lie between two numbers, both included, about so many."""
    if not most > least:
        return [least]
    step = _step((most - least) / count)
    first, last = math.ceil(round(least / step, 6)), math.floor(round(most / step, 6))
    return [step * number for number in range(first, last + 1)]


def _step(rough: float) -> float:
    """Return the first round number that is not below this one: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)


def decades(least: float, most: float) -> list[float]:
    """Return the powers of ten between which two positive numbers lie."""
    low = math.floor(math.log10(least))
    high = max(math.ceil(math.log10(most)), low + 1)
    return [10.0**power for power in range(low, high + 1)]


def number(value: float) -> str:
    """Return a number with three digits or so, and thousands apart: 0.123, 1.5, 12,345."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """Return a duration in the unit that suits it: 0.3 ms, 120 ms, 2.5 s."""
    if not math.isfinite(seconds):
        return "–"
    milliseconds = 1000 * seconds
    if milliseconds >= 1000:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 or milliseconds == 0 else f"{milliseconds:.1f} ms"


def times(marks: Sequence[float]) -> list[str]:
    """Return marks on an axis of seconds, all in one unit."""
    unit, factor = ("ms", 1000) if max(marks, default=0) < 1 else ("s", 1)
    return [f"{number(round(factor * mark, 9))} {unit}" for mark in marks]


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """Return a curve of one line of characters, from 0 to the largest value; of many values, the last ones."""
    shown = [value for value in values if math.isfinite(value)][-width:]
    most = max(shown, default=0)
    if most <= 0:
        return _BLOCKS[0] * len(shown)
    return "".join(_BLOCKS[min(7, max(0, int(8 * value / most)))] for value in shown)


def strip(begin: float, end: float, whole: float, width: int = 40) -> tuple[int, int]:
    """Return which characters of a line of `width` a part of the whole covers, at least one."""
    first = min(width - 1, int(width * begin / whole)) if whole > 0 else 0
    last = max(first + 1, min(width, round(width * end / whole))) if whole > 0 else 1
    return first, last


def percent(part: float, whole: float) -> float:
    """Return a part of the whole in percent, from 0 to 100."""
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else 0.0
