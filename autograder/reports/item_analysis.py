"""How hard an exercise is, and whether it tells strong students from weak ones.

Both indices are defined as in Moodle's documentation, "Quiz statistics calculations", sections "Facility index" and
"Discrimination index", so that they can be compared with those of quizzes there.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

FEWEST = 5
"""With fewer submissions a correlation says nothing."""


def facility(points: Sequence[float], most: float) -> float:
    """Return the mean share of the points, from 0 (nobody earned anything) to 1 (everybody earned everything)."""
    return statistics.fmean(points) / most


def discrimination(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """Return the correlation between the points of an exercise and those of all others together, from -1 to 1.

    It is the product-moment correlation of x and X - x, where x are the points of the exercise and X those of the lab.
    None where it is not defined, because one of the two is the same for everybody, and where there are too few.
    """
    others = [round(total - own, 6) for own, total in zip(points, totals, strict=True)]
    if len(points) < FEWEST or len(set(points)) < 2 or len(set(others)) < 2:
        return None
    return statistics.correlation(points, others)
