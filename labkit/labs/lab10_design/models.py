"""The model of lab 10's checks: it tells of each call, and a row can make it slow, or fail once."""

from __future__ import annotations

import time
from typing import Any

from labkit.checks.models import StandIn

SLOW, FAILING = 100.0, 1000.0
"""From which first number of a row on a call takes a while, and from which on it raises, the first time."""
SECONDS = 0.5
SECRET = "the weights of gpu-7 are gone"
"""What it raises then, which no answer may say."""


class Moody(StandIn):
    """A classifier of four numbers."""

    def _called(self, method: str, rows: Any) -> Any:
        """Answer; slowly for one row, and not at once for another."""
        answer = super()._called(method, rows)
        first = float(rows[0][0])
        failed: set[float] = self.__dict__.setdefault("_failed", set())
        if first >= FAILING and first not in failed:
            failed.add(first)
            raise ValueError(SECRET)
        if SLOW <= first < FAILING:
            time.sleep(SECONDS)
        return answer

    def row(self, first: float) -> list[float]:
        """Return a row that begins with this number."""
        return [first, *(float(number) for number in self._others(first))]

    def _others(self, first: float) -> list[float]:
        return [round((first * step) % 7, 2) for step in (1.7, 2.3, 3.1)]
