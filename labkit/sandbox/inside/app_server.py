"""Serves a student's module in this process, which is locked up and lent to it: nothing comes back from here.

What the process says about itself goes into a pipe, line by line, which the judge reads as it would read anything that
a student's process has written: first how the start went, then what the code raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import logging.config
import os
import signal
import socket
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from labkit.module import unhandled
from labkit.sandbox.inside import events
from labkit.sandbox.limits import Limits
from labkit.sandbox.setup import FOLDER

SOCKET = "server.sock"
"""Where to send requests, in the judge's folder."""
HERE = ("127.0.0.1", 0)
"""Where a request comes from that comes over that socket, unless a proxy that is trusted has said something else."""


def lay_out(module: Path, text: str, environment: Mapping[str, str], files: Mapping[str, str]) -> Path:
    """Write a module, and what is around it, into the current folder; return its file.

    Args:
        module: its file, as `labs/lab01.py`.
        text: what it says.
        environment: variables for it, as labkit.sandbox.setup.Setup has them.
        files: what else to write into the current folder, in base64.
    """
    _environment(Path.cwd())
    set_variables(Path.cwd(), environment)
    _write(files)
    module = module.absolute()
    module.parent.mkdir(exist_ok=True)
    module.write_text(text, encoding="utf-8", errors="replace")
    return module


def serve(
    module: Path,
    given: list[str],
    limits: Limits,
    listening: socket.socket,
    report: int,
    alone: bool = False,
    obeys: bool = True,
) -> NoReturn:
    """Load a module and serve it until this process is killed.

    Args:
        module: its file.
        given: the names whose values to report.
        limits: what this process may use.
        listening: the socket to serve it on.
        report: the pipe for what this process says about itself.
        alone: whether its user has no other processes that count.
        obeys: whether the judge asks this process for signals; where one above it is asked, it must not read along.
    """
    import fastapi  # noqa: F401 (before the clock runs: it is not the student's time)
    import uvicorn

    from labkit.module import advice, errors, loading

    logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)  # before the module is loaded, as `uvicorn` does it
    sys.argv = [str(module.relative_to(Path.cwd()))]
    limits.apply(alone)
    os.set_blocking(report, False)
    events.listen(lambda event: say(report, {"event": event}))
    try:
        loaded = loading.load(module, limits.load)
        events.tell("imported")
    except loading.NotServable as problem:
        say(report, {"problem": str(problem)})
        os._exit(0)
    unhandled.notice(loaded.app)
    app = _Watched(loaded.app, report, lambda problem: errors.raised_at(problem, module))
    values = loading.given(loaded, given)

    class Reporting(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if obeys:
                asyncio.get_running_loop().add_reader(report, lambda: _obey(report))
            events.tell("started")
            say(report, {"given": values, "left_out": loaded.left_out})

    config = uvicorn.Config(app, lifespan="auto", log_config=None, access_log=False)
    try:
        Reporting(config).run([listening])
    except BaseException as problem:  # noqa: BLE001 (uvicorn ends with SystemExit; the report says why)
        raised = app.startup or problem
        said = errors.raised_at(raised, module)
        say(report, {"problem": f"The app's lifespan raised {said}. {advice.sentence(said)}".rstrip()})
    os._exit(0)


def _obey(report: int) -> None:
    """Do what the judge asks for: send this process a signal, as whoever deploys it would."""
    try:
        part = os.read(report, 65536)
    except BlockingIOError:
        return
    if not part:
        asyncio.get_running_loop().remove_reader(report)
    for line in part.splitlines():  # the judge writes each line at once
        say(report, {"signalled": True})
        signal.raise_signal(json.loads(line)["signal"])


class _Watched:
    """ASGI middleware that writes down what the application raises, and where.

    Of an error that it has answered without having raised anything it writes that nothing was raised, so that nobody
    waits.
    """

    def __init__(self, app: Any, report: int, raised_at: Callable[[BaseException], str]) -> None:
        self.startup: BaseException | None = None
        self._app, self._report, self._raised_at = app, report, raised_at

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        status = 0
        if scope["type"] != "lifespan" and scope.get("client") is None:
            scope["client"] = HERE

        noticed = unhandled.begin(scope, self._raised_at)

        async def watched(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, watched)
            if scope["type"] == "http" and status >= 500:
                said = noticed[-1] if status == 500 and noticed else ""
                say(self._report, [scope["method"], scope["path"], said])
        except BaseException as problem:
            if scope["type"] == "lifespan":
                self.startup = problem
            else:
                method = scope.get("method", "WEBSOCKET")
                say(self._report, [method, scope["path"], self._raised_at(problem)])
            raise


def say(report: int, facts: dict[str, Any] | list[str]) -> None:
    """Write one line. Where the pipe is full, or closed, the line is lost, and nothing else is."""
    with contextlib.suppress(OSError):
        os.write(report, json.dumps(facts).encode() + b"\n")


def set_variables(folder: Path, variables: Mapping[str, str]) -> None:
    """Set variables for a module, as labkit.sandbox.setup.Setup has them.

    Args:
        folder: what FOLDER stands for.
        variables: their values.
    """
    os.environ.update({name: value.replace(FOLDER, str(folder)) for name, value in variables.items()})
    if hasattr(time, "tzset"):
        time.tzset()  # TZ may be among them, and the clock was looked at before the fork


def _environment(folder: Path) -> None:
    """Let libraries keep what they write in the folder, and print line by line, as a server's output is read."""
    os.environ.update({name: str(folder) for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")})
    tempfile.tempdir = None  # a library that was loaded before the fork may have made it /tmp
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)


def _write(files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b64decode(content))
