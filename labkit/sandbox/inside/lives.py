"""Serves a module in one process after another, in the same folder: what it has written outlives a restart.

The process in the lock holds the socket, and starts a process below it that serves. When the judge asks for a restart
over the report's socket, that one is told to end, as a production server is, and the next one is started.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from pathlib import Path
from typing import Any, NoReturn

from labkit.sandbox.inside import app_server
from labkit.sandbox.inside.child import forked
from labkit.sandbox.limits import Limits

TICK = 0.05
"""How often to look whether the process has ended by itself, in seconds."""
GRACE = 5.0
"""How long one that was told to end may take, in seconds."""


def serve(
    module: Path, given: list[str], limits: Limits, listening: socket.socket, report: int, alone: bool = False
) -> NoReturn:
    """Serve a module until its process has ended by itself, anew whenever the judge asks for it.

    Args:
        module: its file.
        given: the names whose values to report.
        limits: what each of its processes may use.
        listening: the socket to serve it on.
        report: the socket for what each process says about itself, and for what the judge asks of this one.
        alone: whether its user has no other processes that count.
    """
    os.set_blocking(report, False)

    def live() -> None:
        app_server.serve(module, given, limits, listening, report, alone)

    while True:
        child = forked(live, keep={listening.fileno(), report})
        wanted = _asked(report, child)
        _end(child)
        app_server.set_variables(Path.cwd(), wanted["restart"])


def _asked(report: int, child: int) -> dict[str, Any]:
    """Wait until the judge asks for something, and return it; end where nobody is left to ask, or to be asked."""
    unread = b""
    while not unread.endswith(b"\n"):
        if os.waitpid(child, os.WNOHANG)[0]:
            os._exit(0)
        if select.select([report], [], [], TICK)[0]:
            with contextlib.suppress(BlockingIOError):
                if not (part := os.read(report, 65536)):
                    os._exit(0)
                unread += part
    found: dict[str, Any] = json.loads(unread)
    return found


def _end(child: int) -> None:
    """End a process: by SIGTERM, and if it does not go, by SIGKILL."""
    until = time.monotonic() + GRACE
    os.kill(child, signal.SIGTERM)
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(TICK / 5)
