"""Becomes another program that ends with whoever has started it, however that ended.

    python -m labkit.labs.lab13_scale.tied PARENT PROGRAM ARGUMENT...

Linux ends it with its parent. Elsewhere a child waits for the end of stdin, whose other end the parent holds.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from labkit.paths import HOME
from labkit.sandbox import syscalls

_RAISED = re.compile(r"(labkit\.module\.loading\.NotServable: )|(?=(\w+\.)*\w+(Error|Exception|NoNginx): )")
_STARTER = ThreadPoolExecutor(1, "starter")
"""The thread that starts all programs: Linux ends them with it, and the thread of a button is soon over."""


def main(parent: int, words: list[str]) -> None:
    """Become a program."""
    if sys.platform == "linux":
        syscalls.die_with_parent()
    else:
        _watch()
    if os.getppid() == parent:  # else it was gone before that was said
        os.execv(words[0], words)


def start(words: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that ends with this process; what it says on stderr can be read."""
    paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
    return _STARTER.submit(
        subprocess.Popen,
        [sys.executable, "-m", "labkit.labs.lab13_scale.tied", str(os.getpid()), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # an interrupt of a cell is meant for the cell
    ).result()


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


def _watch() -> None:
    program = os.getpid()
    if os.fork():
        return
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
        os.kill(program, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
