"""The models that lie in the store of a student's own service: one that is good, and one that is not what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib

from labkit.atomic import replacing
from labkit.setup.training import folder, iris

FLOWERS = [[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5], [6.7, 3.0, 5.7, 2.1]]
SPRING, WORN = "spring", "worn"


def laid_out() -> Path:
    """Lay out two bundles, and return the folder that they lie in.

    `spring` answers as the iris model does, under another version. `worn` has examples with labels that its model no
    longer gives.
    """
    saved = joblib.load(iris())
    labels = [str(saved["classes"][int(number)]) for number in saved["model"].predict(FLOWERS)]
    place = folder() / "capstone" / "store"
    place.mkdir(parents=True, exist_ok=True)
    _write(place / f"{SPRING}.joblib", saved, "2.0.0", labels)
    _write(place / f"{WORN}.joblib", saved, "2.1.0", labels[1:] + labels[:1])
    return place


def _write(path: Path, saved: dict[str, Any], version: str, labels: list[str]) -> None:
    bundle = {**saved, "version": version, "examples": {"rows": FLOWERS, "labels": labels}}
    with replacing(path) as draft:
        joblib.dump(bundle, draft)
