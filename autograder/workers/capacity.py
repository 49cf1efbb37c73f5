"""Whether this machine has something to spare: checks that wait for slow models leave its processors idle."""

from __future__ import annotations

import time

import psutil

MOST = 6
"""How many workers there may be for each processor."""
LOOK = 0.5
"""How long its processors are watched before there is an answer, in seconds."""
IDLE = 90.0
"""Below which share of their time on processors have something to spare, in percent."""
CROWDED = 98.0
"""From which share on those that are at work take time from each other, in percent."""
MEMORY = 1 << 30
"""How much memory has to be left for another worker and what it judges, in bytes."""


class Capacity:
    """How many workers the machine bears; looks at its load every now and then."""

    def __init__(self, least: int, most: int) -> None:
        """Begin with the least.

        Args:
            least: how many there are, however busy the machine is.
            most: how many there are on a machine that has nothing else to do.
        """
        self.workers = self._least = least
        self._most = most
        self._looked = time.monotonic()
        psutil.cpu_percent()  # the next call tells of the time between

    def look(self) -> int:
        """Return how many may be at work: one more where processors were idle, one less where they were crowded."""
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            busy, full = psutil.cpu_percent(), psutil.virtual_memory().available < MEMORY
            if full or busy >= CROWDED:
                self.workers = max(self._least, self.workers - 1)
            elif busy < IDLE:
                self.workers = min(self._most, self.workers + 1)
        return self.workers
