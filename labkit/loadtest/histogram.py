"""Times, counted in narrow buckets: any percentile of all of them, however many, within half a percent."""

from __future__ import annotations

import math
from collections import Counter

WIDTH = 1.01
"""How much longer the longest time of a bucket is than its shortest."""
SHORTEST = 1e-6


def bucket(seconds: float) -> int:
    """Return the bucket of a time."""
    return max(0, math.floor(math.log(max(seconds, SHORTEST) / SHORTEST, WIDTH)))


class Histogram:
    """How many times fell into each bucket."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one time."""
        self._counts[bucket(seconds)] += 1

    def merge(self, counts: dict[int, int]) -> None:
        """Add what was counted elsewhere, by bucket."""
        self._counts.update(counts)

    def __len__(self) -> int:
        """How many times were counted."""
        return self._counts.total()

    def percentile(self, percent: float) -> float:
        """Return the time, in seconds, that this part of all times does not exceed; not a number if there is none."""
        rank, seen = math.ceil(len(self) * percent / 100), 0
        for number in sorted(self._counts):
            seen += self._counts[number]
            if seen >= rank:
                return float(SHORTEST * WIDTH ** (number + 0.5))
        return math.nan

    def counts(self) -> dict[int, int]:
        """Return the counts, by bucket."""
        return dict(self._counts)
