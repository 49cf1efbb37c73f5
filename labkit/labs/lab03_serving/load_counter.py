"""Counts how often the code that a live server runs reads a model from its file.

The count is taken where the reading happens, in joblib.load and pickle.load. So it is true whatever the code says of
itself, and it counts a load in a lifespan and in a request alike, but none of the notebook's own.
"""

from __future__ import annotations

import functools
import pickle
import threading
from collections.abc import Callable
from typing import Any

import joblib

from labkit.live import log

_MARK = "_labkit_counts"
_lock = threading.Lock()
_total = 0


class Loads:
    """The loads since this was made. A module is counted in full if it was loaded after that."""

    def __init__(self) -> None:
        """Begin with none."""
        libraries: tuple[Any, ...] = (joblib, pickle)
        for library in libraries:
            if not hasattr(library.load, _MARK):
                library.load = _counting(library.load)
        self._before = _total

    @property
    def count(self) -> int:
        """How many there were."""
        return _total - self._before


def _counting(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, with what it is called for counted where a server's code calls it."""

    @functools.wraps(load)
    def counted(*arguments: Any, **options: Any) -> Any:
        global _total
        if log.current.get() is not None:  # else it is the notebook
            with _lock:
                _total += 1
        return load(*arguments, **options)

    setattr(counted, _MARK, True)
    return counted
