"""Named semaphores, by which a pool of processes keeps order: they lie outside of any folder, and outlive a process.

Whoever is killed leaves them behind. So a module's are given names of their own, and are removed by these.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from multiprocessing import process, synchronize
from pathlib import Path

FOLDER = Path("/dev/shm")
"""Where Linux keeps them, as files."""


def begin_with(name: str) -> None:
    """Let the names of all semaphores that this process and those below it make have a name in them.

    joblib, once it is loaded, has them begin otherwise, and takes what follows from the same place.
    """
    process.current_process()._config["semprefix"] = f"/{name}"  # type: ignore[attr-defined]
    synchronize.SemLock._rand = _endings(name)  # type: ignore[attr-defined]


def _endings(name: str) -> Iterator[str]:
    while True:
        yield f"{name}-{secrets.token_hex(4)}"


def remove(name: str, user: int) -> None:
    """Remove the semaphores whose names have this in them, and whatever else there is of a user that was only lent."""
    lent = user != os.getuid()
    with contextlib.suppress(OSError):
        for path in FOLDER.iterdir():
            with contextlib.suppress(OSError):
                if (path.name.startswith("sem.") and f"{name}-" in path.name) or (lent and path.lstat().st_uid == user):
                    path.unlink()
