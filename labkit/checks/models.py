"""Models for checks: real classifiers by scikit-learn's rules, whose answers nobody can guess, and who tell.

    SERVER = served(StandIn(3, seed=7), ["setosa", "versicolor", "virginica"])

The check computes the same answers with the same model. What is done to it in the server is told, see
labkit.checks.running.Running.events: `load` when it is read from its file, `loaded` at the end of that if it takes a
while, `predict 2` for a call with two rows.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import validate_data

from labkit.sandbox.inside.events import tell
from labkit.sandbox.setup import FOLDER, Setup

MODEL = "model.joblib"
"""The name of the file that MODEL_PATH leads to."""


class StandIn(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A linear classifier with weights drawn from a seed: each feature counts, in its place.

    Attributes:
        classes_: 0 to n - 1.
        n_features_in_: how many numbers a row has.
    """

    def __init__(
        self,
        classes: int = 3,
        features: int = 4,
        seed: int = 0,
        seconds: float = 0.0,
        slow_from: float = -np.inf,
        loading: float = 0.0,
        raises: str = "",
        fatal: float | None = None,
        scale: float = 1.0,
    ) -> None:
        """Describe a model.

        Args:
            classes: how many classes it knows.
            features: how many numbers a row has.
            seed: where its weights come from.
            seconds: how long a call takes, as if it computed: the thread that calls it waits.
            slow_from: a call takes that time only if one of its numbers is at least this.
            loading: how long it takes to read it from its file, in seconds.
            raises: if not empty, what each call raises, as a ValueError.
            scale: how large its weights are: with many features, small ones keep it from being too sure.
            fatal: a first feature that ends the whole process, as a fault in a model's native code does.
        """
        self.classes, self.features, self.seed = classes, features, seed
        self.seconds, self.slow_from = seconds, slow_from
        self.loading, self.raises, self.fatal = loading, raises, fatal
        self.classes_ = np.arange(classes)
        self.n_features_in_ = features
        self.scale = scale
        self._weights = scale * np.random.default_rng(seed).normal(size=(features, classes))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __setstate__(self, state: dict[str, Any]) -> None:
        tell("load")
        super().__setstate__(state)
        if self.loading:
            time.sleep(self.loading)
            tell("loaded")

    def fit(self, X: Any, y: Any) -> StandIn:  # noqa: N803 (scikit-learn's name)
        """Do nothing: it has its weights. That somebody tried is told."""
        tell("fit")
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return the class of each row of `X`, an array of shape (rows, features)."""
        return self._called("predict", X).argmax(axis=1)

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the probability of each class for each row, an array of shape (rows, classes)."""
        return self._called("predict_proba", X)

    def predict_log_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the logarithm of the probabilities."""
        return np.log(self._called("predict_log_proba", X))

    def answer(self, row: Sequence[float]) -> tuple[int, list[float]]:
        """Return the class and the probabilities of one row, untold: this is for the check."""
        probabilities = self._probabilities(np.asarray([row], dtype=float))[0]
        return int(probabilities.argmax()), [float(p) for p in probabilities]

    def _called(self, method: str, rows: Any) -> Any:
        tell(f"{method} {len(rows)}")
        if self.fatal is not None and self.fatal in np.asarray(rows)[:, 0]:
            os._exit(1)
        if self.raises:
            raise ValueError(self.raises)
        if self.seconds and np.asarray(rows, dtype=float).max(initial=-np.inf) >= self.slow_from:
            time.sleep(self.seconds)
        return self._probabilities(validate_data(self, rows, reset=False, dtype=float))

    def _probabilities(self, rows: Any) -> Any:
        scores = rows @ self._weights
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def saved(model: Any, classes: Sequence[str], version: str = "1.0.0", **more: Any) -> bytes:
    """Return the file that a module loads, by joblib: `{"model", "classes", "version"}` and what more there is."""
    file = io.BytesIO()
    joblib.dump({"model": model, "classes": list(classes), "version": version, **more}, file)
    return file.getvalue()


def served(model: Any, classes: Sequence[str], version: str = "1.0.0", **more: Any) -> Setup:
    """Return the setup in which MODEL_PATH leads to this model; `more` as Setup has it."""
    return _with_file(saved(model, classes, version), **more)


def unreadable(content: bytes = b"not a model", **more: Any) -> Setup:
    """Return the setup in which MODEL_PATH leads to a file that is no model."""
    return _with_file(content, **more)


def missing(name: str = "nowhere.joblib", **more: Any) -> Setup:
    """Return the setup in which MODEL_PATH leads nowhere."""
    return replace(_with_file(b"", **more), environment={"MODEL_PATH": f"{FOLDER}/{name}"}, files={})


def _with_file(content: bytes, **more: Any) -> Setup:
    return Setup({"MODEL_PATH": f"{FOLDER}/{MODEL}"}, {MODEL: content}, **more)
