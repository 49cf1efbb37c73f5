"""The ways to lock a student's process up. `probe` chooses the strictest one that the machine offers."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.judging.confinement import OPEN, VARIABLE, Unavailable
from labkit.sandbox import client
from labkit.sandbox.limits import Limits


@dataclass(frozen=True)
class Tier:
    """One way to lock a process up.

    Attributes:
        name: what stands in the results.
        locks: the locks that make it up, as labkit.sandbox.isolation has them; the first that works is used.
    """

    name: str
    locks: tuple[str, ...]

    @property
    def lock(self) -> str | None:
        """The lock that works on this machine; None if none does."""
        return next((name for name in self.locks if not _tried(name, os.getpid())[0]), None)

    @property
    def title(self) -> str:
        """Its name, and what is to be said about it on this machine."""
        note = _tried(self.lock, os.getpid())[1] if self.lock else ""
        return f"{self.name}, {note}" if note else self.name

    def available(self) -> bool:
        """Whether this machine offers it."""
        return self.lock is not None

    def why_not(self) -> str:
        """What stands in the way of each of its locks."""
        return "; ".join(reason for name in self.locks if (reason := _tried(name, os.getpid())[0]))


TIERS = [
    Tier("namespaces", ("namespaces", "namespaces of root")),
    Tier("landlock", ("landlock",)),
    Tier(OPEN, ("rlimits",)),
]
"""All tiers, the strictest first."""


def probe() -> Tier:
    """Return the tier that was asked for, or the strictest one that this machine offers.

    Raises:
        Unavailable: what was asked for is no tier, or not to be had here.
    """
    wanted = os.environ.get(VARIABLE)
    if os.name != "posix":
        raise Unavailable("The judge needs Linux or macOS: run it there, or in WSL or a container.")
    if not wanted:
        return next(tier for tier in TIERS if tier.available() or tier is TIERS[-1])
    chosen = next((tier for tier in TIERS if tier.name == wanted), None)
    if chosen is None:
        raise Unavailable(f"There is no sandbox {wanted}: choose one of {', '.join(tier.name for tier in TIERS)}.")
    if not chosen.available():
        offered = ", ".join(tier.name for tier in TIERS if tier.available())
        raise Unavailable(f"This machine does not offer {wanted} ({chosen.why_not()}): choose one of {offered}.")
    return chosen


@cache
def _tried(lock: str, process: int) -> tuple[str, str]:
    """Try a lock once in each process that judges: return why it does not work here, and what is to be noted."""
    with tempfile.TemporaryDirectory(prefix="judge-") as folder:
        Path(folder).chmod(0o711)  # as that of a submission
        sandboxed = client.forkserver().start(lock, Path(folder), Limits())
        try:
            sandboxed.wait()
        except client.SandboxError as problem:
            return str(problem), ""
        finally:
            sandboxed.end()
    return "", sandboxed.note
