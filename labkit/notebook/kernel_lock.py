"""Lets two kernels that have the same lab open know of each other: both would write the same file.

The claim is a lock on a file, which the system gives back when a process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from pathlib import Path
from typing import BinaryIO

_FAR = 1 << 20
"""Where the lock lies, beyond what stands in the file: on Windows a locked byte cannot be read."""


class Claim:
    """A kernel's claim to a lab. Where files cannot be locked, nobody knows of anybody."""

    def __init__(self, path: Path | None) -> None:
        """Claim with a lock on this file; without one, claim nothing."""
        self._path = path
        self._file: BinaryIO | None = None

    def notices(self) -> tuple[str, ...]:
        """Say in one line that another notebook has the lab open, and what to do, if one has."""
        if (other := self.holder()) is None:
            return ()
        return (f"another notebook has this lab open (process {other}): shut one of the two kernels down",)

    def holder(self) -> int | None:
        """Return the id of another process that has claimed the lab before; else claim it, and return None.

        Before anything was written there is no folder to put the lock into, and nothing to share.
        """
        if self._path is None or self._file is not None:
            return None
        with contextlib.suppress(OSError):
            file = self._path.open("a+b", buffering=0)
            if _lock(file):
                file.truncate(0)
                file.write(str(os.getpid()).encode())
                self._file = file
                weakref.finalize(self, file.close)
                return None
            with file:
                file.seek(0)
                said = file.read(20)
            return int(said) if said.isdigit() and int(said) != os.getpid() else None
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
