"""How fast this machine is at the moment, by how long the smallest app takes to start in the sandbox."""

from __future__ import annotations

import time

from autograder.judging.patience import SLOWEST
from labkit.module.source import Module
from labkit.sandbox import service
from labkit.sandbox.setup import Setup

USUAL = 0.05
"""How long that app takes on an idle machine, in seconds."""
_SLOW = 2.0
_LOOKS = 2
_APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def slowness(lock: str) -> float:
    """Return how many times as long as usual something takes now; 1 where the difference is not worth a word.

    Args:
        lock: how to lock the app up, one of labkit.sandbox.isolation.LOCKS.

    Raises:
        SandboxError: it could not be locked up.
    """
    times = max(_start(lock) for _ in range(_LOOKS)) / USUAL
    return round(min(times, SLOWEST), 1) if times > _SLOW else 1.0


def said(times: float) -> str:
    """Say that limits were longer, and why."""
    return (
        f"The machine was slow: an empty app took {times:g} times as long as usual to start. "
        f"Judged once more, with {times:g} times as long for everything."
    )


def _start(lock: str) -> float:
    begun = time.perf_counter()
    with service.serve(Module("pace", _APP), lock, Setup()):
        return time.perf_counter() - begun
