"""Models for the checks: one that fails on some rows, and one that writes down what is done to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from labkit.checks.models import StandIn

DIARY = "MODEL_DIARY"
"""The variable with the path of the file that a model writes into."""


_SCALE = 0.1
"""With weights of this size two rows have two answers: the model is never sure."""


class Picky(StandIn):
    """A classifier that raises where one of the rows begins with a certain number."""

    def __init__(
        self,
        classes: int = 3,
        features: int = 4,
        seed: int = 0,
        seconds: float = 0.0,
        slow_from: float = -np.inf,
        bad: float = np.inf,
    ) -> None:
        """Describe a model; see StandIn. It fails on rows that begin with `bad`."""
        super().__init__(classes, features, seed, seconds, slow_from, scale=_SCALE)
        self.bad = bad

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the probability of each class for each row."""
        found = super().predict_proba(X)
        if self.bad in np.asarray(X)[:, 0]:
            raise ValueError("a row that the model cannot take")
        return found


class Noting(StandIn):
    """A classifier that writes a line into a file when it is loaded, and for each call."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        _note("load")
        super().__setstate__(state)

    def _called(self, method: str, rows: Any) -> Any:
        _note(f"{method} {len(rows)}")
        return super()._called(method, rows)


def _note(line: str) -> None:
    if path := os.environ.get(DIARY):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
