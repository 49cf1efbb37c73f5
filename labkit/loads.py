"""Counts how often the code that the live server runs reads a model from its file.

The count is taken where the reading happens, in joblib.load and pickle.load. So it is true whatever the code says of
itself, and it counts a load in a lifespan and in a request alike, but none of the notebook's own.
"""

from __future__ import annotations

import functools
import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any

import joblib

from labkit import log as logs

_counts: Counter[int] = Counter()
_MARK = "_labkit_counts"


class Loads:
    """The loads of one server since it was last asked to forget them."""

    def __init__(self, log: logs.Log) -> None:
        """Count for the server that has this log; modules that are loaded from now on are counted in full."""
        self._server = id(log)
        libraries: tuple[Any, ...] = (joblib, pickle)
        for library in libraries:
            if not hasattr(library.load, _MARK):
                library.load = _counting(library.load)
        self.forget()

    @property
    def count(self) -> int:
        """How many there were."""
        return _counts[self._server]

    def forget(self) -> None:
        """Begin again with none."""
        _counts[self._server] = 0


def _counting(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, with what it is called for counted where a server's code calls it."""

    @functools.wraps(load)
    def counted(*arguments: Any, **options: Any) -> Any:
        if (log := logs.current.get()) is not None:
            _counts[id(log)] += 1
        return load(*arguments, **options)

    setattr(counted, _MARK, True)
    return counted
