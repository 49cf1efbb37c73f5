"""The model of lab 12's checks: it tells when a call begins and when it ends, and by its first number which one it is.

A first number from SLOW on takes a while, from FAILING on the call raises, and from LATE on it does both.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from labkit.checks.models import StandIn
from labkit.sandbox.inside.events import tell

SLOW, FAILING, LATE = 5_000.0, 10_000.0, 15_000.0
SECRET = "tensor core 3 is on fire"
"""What a call raises that fails."""


class Telling(StandIn):
    """A classifier that tells of both ends of each call."""

    def _called(self, method: str, rows: Any) -> Any:
        name = f"{float(np.asarray(rows, dtype=float)[0, 0])!r} {len(rows)}"
        tell(f"begin {name}")
        try:
            return self._worked(rows)
        finally:
            tell(f"end {name}")

    def _worked(self, rows: Any) -> Any:
        first = float(np.asarray(rows, dtype=float)[0, 0])
        if SLOW <= first < FAILING or first >= LATE:
            time.sleep(self.seconds)
        if first >= FAILING:
            raise ValueError(SECRET)
        return self._probabilities(validate_data(self, rows, reset=False, dtype=float))
