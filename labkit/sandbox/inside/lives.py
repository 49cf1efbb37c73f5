"""Serves a module in one process after another, in the same folder: what it has written outlives a restart.

The process in the lock holds the socket, and starts a process below it that serves. The judge asks it over the report's
socket: for a restart, whereupon that process is told to end, as a production server is, and the next one is started; or
to hold a database for a while, so that whoever wants to write meanwhile has to wait.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

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
        app_server.serve(module, given, limits, listening, report, alone, obeys=False)

    while True:
        child = forked(live, keep={listening.fileno(), report})
        variables = _until_restart(report, child)
        _end(child)
        app_server.set_variables(Path.cwd(), variables)


def _until_restart(report: int, child: int) -> dict[str, str]:
    """Do what the judge asks for, until that is a restart; return the variables for the next life."""
    held: sqlite3.Connection | None = None
    for wanted in _asked(report, child):
        if held:
            held.close()  # what it has begun is rolled back: nothing
            held = None
        if "restart" in wanted:
            variables: dict[str, str] = wanted["restart"]
            return variables
        held = _hold(Path(wanted["hold"])) if wanted["hold"] else None
        app_server.say(report, {"held": held is not None})
    os._exit(0)


def _asked(report: int, child: int) -> Iterator[dict[str, Any]]:
    """Wait for what the judge asks for; end where nobody is left to ask, or to be asked."""
    unread = b""
    while not os.waitpid(child, os.WNOHANG)[0]:
        if not select.select([report], [], [], TICK)[0]:
            continue
        with contextlib.suppress(BlockingIOError):
            if not (part := os.read(report, 65536)):
                return
            *lines, unread = (unread + part).split(b"\n")
            yield from map(json.loads, lines)


def _hold(database: Path) -> sqlite3.Connection | None:
    """Begin to write to a database of SQLite, without writing; None where there is none, or somebody else writes."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(database))}?mode=rw", uri=True, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        return None
    return connection


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
