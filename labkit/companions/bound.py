"""Makes this process another program that ends with whoever has started it, however that ended.

Linux ends it when the thread is gone that has started it. Elsewhere a child of it waits for the end of stdin, of which
the other end is held by whoever has started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import NoReturn

_DEATH_SIGNAL = 1
"""What prctl calls the signal that a process gets when the one that has started it is gone."""


def main(words: list[str]) -> NoReturn:
    """Become the program of a command.

    Args:
        words: the number of the process that has started this one, the program, and its arguments.
    """
    parent, program, *arguments = words
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    else:
        _watch()
    if os.getppid() != int(parent):  # it was gone before that was said
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execv(program, [program, *arguments])


def _watch() -> None:
    """Leave a child that ends this process when stdin ends."""
    program = os.getpid()
    if os.fork():
        return
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
        os.kill(program, signal.SIGKILL)
    os._exit(0)
