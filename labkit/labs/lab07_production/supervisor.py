"""Runs a server for a notebook, and ends it when the notebook's kernel is gone, however that ended.

    python -m labkit.labs.lab07_production.supervisor REPORT COMMAND...

Its stdin is the leash: where that ends, the server is told to end, and what is left of it is killed. Into REPORT, a
file's number, it writes the server's pid, and in the end the exit code. It runs none of the student's code itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

from labkit.sandbox import processes, syscalls

GRACE = 8.0
"""How long a server may take to end when the kernel is gone, in seconds."""


def main(report: int, command: list[str]) -> None:
    """Run a command until it ends, or the kernel does."""
    if sys.platform == "linux":
        syscalls.adopt_orphans()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server gets its own; this ends after it
    try:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_begin)
    except OSError as problem:
        print(f"{command[0]} cannot be started: {problem}", flush=True)
        os.write(report, b"0\n127\n")
        return
    os.write(report, f"{server.pid}\n".encode())
    threading.Thread(target=_hold, args=(server,), daemon=True).start()
    code = server.wait()
    processes.end()
    with contextlib.suppress(OSError):
        os.write(report, f"{code}\n".encode())


def _begin() -> None:
    """Take signals as a server of its own would, and end with this process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    syscalls.die_with_parent()


def _hold(server: subprocess.Popen[bytes]) -> None:
    """Wait for the end of the leash, then tell the server to end, and kill it where that takes too long."""
    while os.read(0, 1024):
        pass
    server.terminate()
    try:
        server.wait(GRACE)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
