"""Makes a class's code hard to guess, though it is short enough to be typed."""

from __future__ import annotations

WRONG, PER_SECOND = 30.0, 0.5
"""How many wrong codes an address may try at once, and how many more each second. A hub is one address."""
ADDRESSES = 1000


class Guesses:
    """Counts wrong codes by address; whoever has tried too many waits, even with the right one."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, address: str, now: float) -> int:
        """Return how many seconds an address has to wait before it may try again; mostly 0."""
        left = self._of(address, now)
        return 0 if left >= 1 else max(1, round((1 - left) / PER_SECOND))

    def wrong(self, address: str, now: float) -> None:
        """Put down that an address was wrong."""
        left = self._of(address, now)
        self._left.pop(address, None)
        self._left[address] = (left - 1, now)
        if len(self._left) > ADDRESSES:
            del self._left[next(iter(self._left))]

    def _of(self, address: str, now: float) -> float:
        left, at = self._left.get(address, (WRONG, now))
        return min(WRONG, left + PER_SECOND * (now - at))
