"""Reads files that a student handed in: plain files of a bearable size, and nothing else.

It loads nothing of nbformat, of which a run over an unchanged class has no use.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

LARGEST = 64_000_000
"""Larger files are not read, in bytes."""


class Unusable(Exception):
    """Nothing in the file can be judged; the message says why, in one sentence."""


def load(path: Path) -> bytes:
    """Read a file as a whole.

    Raises:
        Unusable: it is a link, no plain file, too large or cannot be read.
    """
    if path.is_symlink():
        raise Unusable(f"{path.name} is a symbolic link; links are not followed.")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a fifo would keep us waiting
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unusable(f"{path.name} is not a file.")
            if status.st_size > LARGEST:
                raise Unusable(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
            return file.read()
    except IsADirectoryError:
        raise Unusable(f"{path.name} is not a file.") from None
    except OSError as problem:
        raise Unusable(f"{path.name} cannot be read: {problem.strerror}.") from None
