"""Named semaphores, by which a pool of processes keeps order: they lie outside of any folder, and outlive a process.

Whoever is killed leaves them behind. So a module's are given names of their own, and are removed by these.
"""

from __future__ import annotations

import contextlib
import os
from multiprocessing import process
from pathlib import Path

FOLDER = Path("/dev/shm")
"""Where Linux keeps them, as files."""


def begin_with(name: str) -> None:
    """Let the names of all semaphores that this process and those below it make begin with a name."""
    process.current_process()._config["semprefix"] = f"/{name}"  # type: ignore[attr-defined]


def remove(name: str, user: int) -> None:
    """Remove the semaphores whose names begin so, and whatever else there is of a user that was only lent."""
    lent = user != os.getuid()
    with contextlib.suppress(OSError):
        for path in FOLDER.iterdir():
            with contextlib.suppress(OSError):
                if path.name.startswith(f"sem.{name}-") or (lent and path.lstat().st_uid == user):
                    path.unlink()
