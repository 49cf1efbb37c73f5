"""The process inside the lock that forks another for each trial. It never reads what a trial is about.

Each connection to its socket is one trial: the fork reads from it what to run, and writes into it what came of that.
When the fork has ended, or its time is up, everything below this process is ended, and what it wrote is removed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from labkit.sandbox import processes, syscalls
from labkit.sandbox.limits import Limits

READY = b'{"ready": true}\n'


def serve(module: Path, limits: Limits, listening: socket.socket, report: int, alone: bool = False) -> NoReturn:
    """Run trials until this process is killed.

    Args:
        module: the student's module, as `labs/lab06.py`, below the folder of each trial.
        limits: what each trial may use; `load` is the time for a test, `start` that for a trial.
        listening: where trials are asked for.
        report: where to say that this process is ready.
        alone: whether its user has no other processes that count.
    """
    from labkit.mutation.inside import run  # it loads pytest, which no other student's process needs

    home = Path.cwd()
    sys.argv = [str(module)]
    os.environ.update({name: str(home) for name in ("HOME", "TMPDIR")})
    if sys.platform == "linux":
        syscalls.adopt_orphans()
    syscalls.dumpable(False)  # a trial's process may not look into this one

    def asked() -> tuple[Path, socket.socket]:
        limits.apply(alone)
        gc.freeze()  # what is there now is never garbage, and stays shared with the forks
        os.write(report, READY)
        os.close(report)
        return _forked(home, listening, limits.start)

    run.run(module, asked, limits.load)


def _forked(home: Path, listening: socket.socket, seconds: float) -> tuple[Path, socket.socket]:
    """Fork a process for each trial that is asked for. Only there this returns, with a folder and the connection."""
    while True:
        connection, _ = listening.accept()
        place = Path(tempfile.mkdtemp(prefix="trial-", dir=home))
        child = os.fork()
        if child == 0:
            syscalls.dumpable(True)  # the monitor has to see how much memory it takes
            listening.close()
            return place, connection
        connection.close()
        _await(child, seconds)
        processes.end(child)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
        shutil.rmtree(place, ignore_errors=True)


def _await(child: int, seconds: float) -> None:
    """Wait until a process has ended, or its time is up."""
    until = time.monotonic() + seconds
    if hasattr(os, "pidfd_open"):
        ended = os.pidfd_open(child)
        select.select([ended], [], [], seconds)
        os.close(ended)
        return
    while time.monotonic() < until and not os.waitpid(child, os.WNOHANG)[0]:
        time.sleep(0.005)
