"""Programs that end with whoever has started them, however that ended.

    process = bound.start(["valkey-server", "--port", "6380"], cwd="/", writes=False)
    bound.end(process)

A process of Python becomes the program, after it has asked for its end. Linux ends it when the thread is gone that has
started it. Elsewhere a child waits for the end of stdin, of which the other end is held by whoever has started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NoReturn

from labkit.paths import HOME

_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from labkit.companions.bound import main; main(sys.argv[2:])"
_RAISED = re.compile(r"(labkit\.module\.loading\.NotServable: )|(?=(\w+\.)*\w+(Error|Exception|NoNginx): )")
_DEATH_SIGNAL = 1
"""What prctl calls the signal that a process gets when the one that has started it is gone."""


def start(
    words: Sequence[str | Path],
    *,
    cwd: str | Path,
    environment: Mapping[str, str] | None = None,
    writes: bool = True,
    memory: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that ends with this process; what it says on stderr can be read.

    Args:
        words: the path of the program, and its arguments.
        cwd: the folder it runs in.
        environment: variables that it finds beside those of this process.
        writes: whether it may write to files.
        memory: how much of it the program may have for its data, in bytes, where Linux runs it; any amount without.
    """
    limits = ["writes" if writes else "", str(memory or "")]
    ours = [sys.executable, "-I", "-S", "-c", _MAIN, str(HOME), str(os.getpid()), *limits]
    paths = os.pathsep.join(filter(None, [str(HOME), os.environ.get("PYTHONPATH")]))  # so that it finds labkit
    return (
        _starter(os.getpid())
        .submit(
            subprocess.Popen,
            [*ours, *map(str, words)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # an interrupt of a cell is meant for the cell
        )
        .result()
    )


def end(process: subprocess.Popen[bytes]) -> str:
    """End a program, and return what it has said last."""
    process.kill()
    _, said = process.communicate()
    return said.decode("utf-8", "replace").strip()


def last_words(said: str) -> str:
    """Return the exception that a program has ended with, of all that it has said; without one, its last line."""
    lines = said.splitlines()
    raised = [line for line in lines if _RAISED.match(line)]
    return _RAISED.sub("", (raised or lines or ["it said nothing"])[-1])


@cache
def _starter(pid: int) -> ThreadPoolExecutor:
    """Return the thread that starts all programs of a process: that of a button, or of a check, is soon over."""
    return ThreadPoolExecutor(1, "starter")


def main(words: list[str]) -> NoReturn:
    """Become the program of a command.

    Args:
        words: the number of the process that has started this one, whether it writes, how much memory it may have, the
            program, and its arguments.
    """
    parent, writes, memory, program, *arguments = words
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    else:
        _watch()
    if os.getppid() != int(parent):  # it was gone before that was said
        os._exit(1)
    if not writes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if memory and sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
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
