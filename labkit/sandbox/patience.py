"""How much longer than usual everything may take: a machine that is slow at the moment costs nobody a mark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_times = [1.0]


def patience(seconds: float) -> float:
    """Return a limit that is usually so many seconds, as it is now."""
    return seconds * _times[-1]


@contextlib.contextmanager
def stretched(times: float) -> Iterator[None]:
    """Make every limit so many times as long while the block runs, in all threads of this process."""
    _times.append(times)
    try:
        yield
    finally:
        _times.pop()
