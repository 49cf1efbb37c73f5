"""A folder that several modules share, and that outlives each of their processes; the judge lays it out, and reads it.

    with Folder() as folder:
        folder.write("store/iris.joblib", bundle)
        first, second = (start(replace(setup, shared=folder.path, interpreter=number)) for number in (0, 1))
        folder.read("audit.jsonl")

What lies in it is a stranger's: it is read with a bound, and no link is followed.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Self

MOST = 4_000_000
"""How much of a file is read, in bytes."""


class Folder:
    """An empty folder, until its block ends.

    Attributes:
        path: where it is, on the machine.
    """

    def __enter__(self) -> Self:
        """Make it."""
        self._outer = tempfile.TemporaryDirectory(prefix="shared-", ignore_cleanup_errors=True)
        outer = Path(self._outer.name).resolve()
        outer.chmod(0o711)  # the folder in it may be lent to another user
        self.path = outer / "shared"
        self.path.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._outer.cleanup()

    def write(self, name: str, content: bytes) -> None:
        """Lay out a file, which whoever is lent the folder may replace, before anybody is."""
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o666)

    def read(self, name: str) -> str:
        """Return what a file says; nothing where there is none that can be read."""
        with contextlib.suppress(OSError):
            number = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(number, "rb") as file:  # noqa: PTH123 (it is no path but a handle)
                if stat.S_ISREG(os.fstat(number).st_mode):
                    return file.read(MOST).decode("utf-8", "replace")
        return ""
