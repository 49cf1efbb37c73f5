"""Whether this machine has something to spare: checks that wait for slow models leave its processors idle."""

from __future__ import annotations

import time

import psutil

MOST = 6
"""How many workers there may be for each processor."""
LOOK = 0.5
"""How long its processors are watched before there is an answer, in seconds."""
BUSY = 90.0
"""From which share of their time on processors count as busy, in percent."""
MEMORY = 1 << 30
"""How much memory has to be left for another worker and what it judges, in bytes."""


class Spare:
    """Looks at the machine's load every now and then."""

    def __init__(self) -> None:
        self._looked = time.monotonic()
        psutil.cpu_percent()  # the next call tells of the time between

    def for_one_more(self) -> bool:
        """Whether processors were idle since this was last asked, and there is memory left; asked too soon, no."""
        if time.monotonic() - self._looked < LOOK:
            return False
        self._looked = time.monotonic()
        idle, left = psutil.cpu_percent() < BUSY, psutil.virtual_memory().available
        return bool(idle and left > MEMORY)
