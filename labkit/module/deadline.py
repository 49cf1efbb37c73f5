"""A time limit on code that runs in this thread."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

AGAIN = 1.0
"""After how many more seconds the limit is told again, to code that swallowed it."""


@contextlib.contextmanager
def deadline(seconds: float, message: str) -> Iterator[None]:
    """Raise TimeoutError in the block after so many seconds, where the platform and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def overdue(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(message)

    begun, before = time.monotonic(), signal.signal(signal.SIGALRM, overdue)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else's timer goes on
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - begun)))
