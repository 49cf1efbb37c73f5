"""Models of 64 numbers for the checks: one that is not too sure, and one whose calls wait for each other."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from labkit.checks.models import StandIn
from labkit.sandbox.inside.events import tell

PIXELS = 64
_SCALE = 0.03
"""With weights of this size a picture's best class has a probability of about two thirds."""
_meeting = threading.Condition()
_inside = _meetings = 0


class Shades(StandIn):
    """A classifier of pictures with 8 x 8 shades of grey."""

    def __init__(self, classes: int = 10, features: int = PIXELS, seed: int = 0, scale: float = _SCALE) -> None:
        """Describe a model of so many classes."""
        super().__init__(classes, features, seed, scale=scale)

    def row(self, seed: int, levels: tuple[int, ...] = tuple(range(17)), margin: float = 0.3) -> list[int]:
        """Return 64 numbers of these levels, drawn from a seed, of which the model is sure by a margin."""
        drawn = np.random.default_rng(seed)
        while True:
            row = drawn.choice(levels, PIXELS).tolist()
            second, first = sorted(self.answer(row)[1])[-2:]
            if first - second >= margin:
                return list(row)


class Meeting(Shades):
    """Each call waits until another one is under way; it tells `met` if that came about, `alone` if not."""

    def __init__(self, classes: int = 10, features: int = PIXELS, seed: int = 0, patience: float = 1.0) -> None:
        """Describe a model whose calls wait so many seconds at most."""
        super().__init__(classes, features, seed)
        self.patience = patience

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the probability of each class, after the meeting."""
        global _inside, _meetings
        answer = super().predict_proba(X)
        with _meeting:
            before = _meetings
            _inside += 1
            if _inside > 1:
                _meetings += 1
                _meeting.notify_all()
            met = _meeting.wait_for(lambda: _meetings > before, self.patience)
            _inside -= 1
        tell("met" if met else "alone")
        return answer
