"""The ways to lock a student's process up. `probe` chooses the strictest one that the machine offers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol


class Tier(Protocol):
    """One way to lock a process up.

    Attributes:
        name: what stands in the results.
    """

    name: str

    def available(self) -> bool:
        """Whether this machine offers it."""
        ...

    def command(self, folder: Path, job: str) -> list[str]:
        """Return the command that runs labkit.serving with this job in this folder, locked up."""
        ...


class Rlimits:
    """A process under resource limits and nothing more: the tier that every machine has."""

    name = "rlimits"

    def available(self) -> bool:
        """Limits are there wherever POSIX is."""
        return os.name == "posix"

    def command(self, folder: Path, job: str) -> list[str]:
        """Run this Python, isolated from the environment and from the current folder."""
        return [sys.executable, "-I", "-B", "-m", "labkit.serving", job]


TIERS: list[Tier] = [Rlimits()]
"""All tiers, the strictest first."""


def probe() -> Tier:
    """Return the strictest tier that this machine offers."""
    for tier in TIERS:
        if tier.available():
            return tier
    raise RuntimeError("The judge needs Linux or macOS: run it there, or in WSL or a container.")
