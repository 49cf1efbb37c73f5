"""The models of lab 14's checks: versions that never agree, and whose calls do as the first number of a row wishes.

A first number from SLOW on takes a while, from BREAK on the call raises, and from BREAK_ONCE on it does so once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from labkit.checks.models import StandIn, saved
from labkit.checks.predictions import Known
from labkit.sandbox.inside.events import tell

SLOW, BREAK, BREAK_ONCE = 1_000.0, 2_000.0, 3_000.0
SLOW_SECONDS = 4.0
SECRET = "the cooling of rack nine has failed"
"""What a call raises that fails."""
COLOURS = ("teal", "ochre", "mauve")
EXAMPLES = [[5.0, 3.5, 1.5, 0.25], [6.0, 3.0, 4.5, 1.5], [6.5, 3.0, 5.5, 2.0], [1.0, 8.0, 2.0, 7.0]]
_broken: set[tuple[float, ...]] = set()


class Wishing(StandIn):
    """A version of a classifier, which tells of both ends of each call."""

    def __init__(
        self, version: str, roll: int = 0, *, seconds: float = 0.0, loading: float = 0.0, raises: str = ""
    ) -> None:
        """Describe a version.

        Args:
            version: what it is called.
            roll: by how many places its classes are moved.
            seconds: how long each call takes.
            loading: how long it takes to read it from its file.
            raises: what each call raises; empty for none.
        """
        super().__init__(3, seed=14, seconds=seconds, loading=loading, raises=raises)
        self.version, self.roll = version, roll

    def _called(self, method: str, rows: Any) -> Any:
        rows = np.asarray(rows, dtype=float)
        slow = bool(((rows[:, 0] >= SLOW) & (rows[:, 0] < BREAK)).any())
        tell(f"begin {self.version} {len(rows)}{' slow' if slow else ''}")
        try:
            return self._worked(rows, slow)
        finally:
            tell(f"end {self.version} {len(rows)}")

    def _worked(self, rows: Any, slow: bool) -> Any:
        first = rows[:, 0]
        if self.seconds or slow:
            time.sleep(SLOW_SECONDS if slow else self.seconds)
        again = {tuple(map(float, row)) for row in rows if row[0] >= BREAK_ONCE} - _broken
        _broken.update(again)
        if self.raises or again or ((first >= BREAK) & (first < BREAK_ONCE)).any():
            raise ValueError(self.raises or SECRET)
        return self._probabilities(rows)

    def _probabilities(self, rows: Any) -> Any:
        return np.roll(super()._probabilities(rows), self.roll, axis=1)


def known(version: str, roll: int = 0, **more: Any) -> Known:
    """Return a version, and what it answers."""
    return Known(Wishing(version, roll, **more), [f"{colour} {version}" for colour in COLOURS], version)


def bundle(of: Known, *, drifted: bool = False, without: str = "") -> bytes:
    """Return the file that a version is saved in.

    Args:
        of: the version.
        drifted: whether the examples say something else than the model does.
        without: a key that it lacks.
    """
    labels = [of.prediction(row)["label"] for row in EXAMPLES]
    examples = {"rows": EXAMPLES, "labels": labels[1:] + labels[:1] if drifted else labels}
    if drifted and examples["labels"] == labels:
        raise ValueError("the labels of the examples are all the same")
    more: Mapping[str, Any] = {} if without == "examples" else {"examples": examples}
    content = saved(of.model, of.classes, of.version, **more)
    return _lacking(content, without) if without in ("model", "classes", "version") else content


def _lacking(content: bytes, name: str) -> bytes:
    import io

    import joblib

    kept = joblib.load(io.BytesIO(content))
    del kept[name]
    file = io.BytesIO()
    joblib.dump(kept, file)
    return file.getvalue()
