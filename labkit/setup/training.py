"""Trains the models that the labs serve, into the workbook's data/: `python -m labkit.setup.training`, or `make data`.

The notebook of lab03 trains the same model step by step and shows how good it is. What is here is for everyone who
needs it without having worked through that notebook.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import joblib

from labkit import paths
from labkit.atomic import replacing

VERSION = "1.0.0"
"""What the saved model says of itself."""
TEST = 0.5
"""The share of the flowers that the model never sees before it is judged."""
SEED = 0
"""Which flowers these are."""


def folder() -> Path:
    """Return the workbook's folder for data and models, made if it is not there.

    It is where the modules of the labs look: two folders above a module, in `data`.
    """
    place = paths.find().labs.parent / "data"
    place.mkdir(parents=True, exist_ok=True)
    return place


def iris() -> Path:
    """Return the path of the saved iris model, trained first if there is none that can be used.

    What is saved is a dict: `{"model": a classifier, "classes": its names, "version": "1.0.0", "reference": what its
    inputs were}`. A model that was saved without a reference stays as it is, and gets one.
    """
    path = folder() / "iris.joblib"
    usable = _usable(path)
    saved = joblib.load(path) if usable else _trained()
    if not usable or "reference" not in saved:
        with replacing(path) as draft:
            joblib.dump({**saved, "reference": reference()}, draft)
    return path


def reference(bins: int = 10) -> dict[str, list[list[float]]]:
    """Return what the flowers were that the iris model was trained on, for each of the four measurements.

    `edges` are those between bins with about as many flowers each, or fewer where many are equal; `shares` says which
    part of the flowers lies in each bin.

    Args:
        bins: how many there are.
    """
    import numpy as np

    edges, shares = [], []
    for column in _flowers()[0].T:
        bounds = np.unique(np.quantile(column, np.arange(1, bins) / bins, method="higher"))
        counts = np.bincount(np.searchsorted(bounds, column, side="right"), minlength=len(bounds) + 1)
        edges.append(bounds.tolist())
        shares.append((counts / len(column)).tolist())
    return {"edges": edges, "shares": shares}


def digits() -> Path:
    """Return the path of the saved model of handwritten digits, trained first if there is none that can be used.

    It takes 64 shades from 0 to 16, line by line. What is saved is a dict as that of the iris model.
    """
    path = folder() / "digits.joblib"
    if not _usable(path):
        with replacing(path) as draft:
            joblib.dump(_trained_on_digits(), draft)
    return path


def _trained_on_digits() -> dict[str, Any]:
    """Train on the digits that are not kept for the test."""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from threadpoolctl import threadpool_limits

    written = load_digits()
    seen, _, their_classes, _ = train_test_split(
        written.data, written.target, test_size=TEST, stratify=written.target, random_state=SEED
    )
    with threadpool_limits(1):  # for steps as small as these, threads of BLAS cost more than they save
        model = LogisticRegression(max_iter=10_000, C=0.01).fit(seen, their_classes)
    return {"model": model, "classes": [str(digit) for digit in range(10)], "version": VERSION}


def _trained() -> dict[str, Any]:
    """Train on the flowers that are not kept for the test."""
    from sklearn.linear_model import LogisticRegression

    seen, its_classes, names = _flowers()
    model = LogisticRegression(max_iter=1000).fit(seen, its_classes)
    return {"model": model, "classes": names, "version": VERSION}


def _flowers() -> tuple[Any, Any, list[str]]:
    """Return the flowers that are not kept for the test, their classes, and the names of those."""
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    flowers = load_iris()
    seen, _, its_classes, _ = train_test_split(
        flowers.data, flowers.target, test_size=TEST, stratify=flowers.target, random_state=SEED
    )
    return seen, its_classes, flowers.target_names.tolist()


def _usable(path: Path) -> bool:
    """Whether the file can be loaded, by this version of scikit-learn without a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return bool({"model", "classes", "version"} <= joblib.load(path).keys())
    except Exception:  # noqa: BLE001 (whatever is wrong with it, another is trained)
        return False


if __name__ == "__main__":
    print(iris(), digits(), sep="\n")
