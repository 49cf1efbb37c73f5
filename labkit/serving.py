"""Serves a module for the judge: `python -m labkit.serving JOB`, in an empty folder, with no environment.

Two processes. The outer one, the keeper, runs nothing of the student's: it waits until the judge closes its stdin or
goes away, then ends every process that came out of the inner one, those included that left its group or session. The
inner one limits itself, loads the module and serves it on a unix socket. What it says about itself is written to files
in its folder, which the judge reads as it would read any student's file.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from labkit.limits import Limits

REPORT, RAISED, SOCKET = "report.json", "raised.jsonl", "server.sock"
"""The files in the folder: how the start went, what the code raised, and where to send requests."""

_SUBREAPER, _DEATH_SIGNAL = 36, 1  # prctl's options


def main() -> NoReturn:
    """Start the inner process, keep it until stdin ends, and leave nothing of it."""
    job = json.loads(sys.argv[1])
    limits = Limits(**job["limits"])
    _prctl(_SUBREAPER, 1)
    inner = os.fork()
    if inner == 0:
        os.setsid()
        _prctl(_DEATH_SIGNAL, signal.SIGKILL)
        _closed_stdin()
        sys.argv = [job["module"]]
        serve(Path(job["module"]).absolute(), job["given"], limits)
    _keep(inner, time.monotonic() + limits.wall)
    _end(inner)
    os._exit(0)


def serve(module: Path, given: list[str], limits: Limits) -> NoReturn:
    """Load a module and serve it until this process is killed; says in its report how that went."""
    import fastapi  # noqa: F401 (before the clock runs: it is not the student's time)
    import uvicorn

    from labkit import loading

    limits.apply()
    folder = Path.cwd()
    try:
        with _no_other_server(uvicorn.Server):
            loaded = loading.load(module, limits.load)
    except loading.NotServable as problem:
        _report(folder, problem=str(problem))
        os._exit(0)
    app = _Watched(loaded.app, folder / RAISED, lambda problem: loading.raised_at(problem, module))
    values = loading.given(loaded, given)

    class Reporting(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            _report(folder, given=values, left_out=loaded.left_out)

    config = uvicorn.Config(app, uds=SOCKET, lifespan="auto", log_config=None, access_log=False, proxy_headers=False)
    try:
        Reporting(config).run()
    except BaseException as problem:  # noqa: BLE001 (uvicorn ends with SystemExit; the report says why)
        raised = app.startup or problem
        _report(folder, problem=f"The app's lifespan raised {type(raised).__name__}: {raised}")
    os._exit(0)


class _Watched:
    """ASGI middleware that writes down what the application raises, and where."""

    def __init__(self, app: Any, record: Path, raised_at: Callable[[BaseException], str]) -> None:
        self.startup: BaseException | None = None
        self._app, self._record, self._raised_at = app, record, raised_at

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except BaseException as problem:
            if scope["type"] == "lifespan":
                self.startup = problem
            elif scope["type"] == "http":
                self._write([scope["method"], scope["path"], self._raised_at(problem)])
            raise

    def _write(self, entry: list[str]) -> None:
        with contextlib.suppress(OSError), self._record.open("a", encoding="utf-8") as record:
            record.write(json.dumps(entry) + "\n")


@contextlib.contextmanager
def _no_other_server(server: Any) -> Any:
    """Let a module that starts uvicorn itself fail at that line: a running event loop cannot be interrupted."""

    def refuse(*arguments: Any, **options: Any) -> NoReturn:
        raise RuntimeError("the module starts a server of its own; remove that line, the app is served already")

    run, server.run = server.run, refuse
    try:
        yield
    finally:
        server.run = run


def _report(folder: Path, **facts: Any) -> None:
    """Write the report in one step, so that it is never read half written."""
    draft = folder / f"{REPORT}.draft"
    with contextlib.suppress(OSError):
        draft.write_text(json.dumps(facts), encoding="utf-8")
        draft.replace(folder / REPORT)


def _closed_stdin() -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)


def _keep(inner: int, until: float) -> None:
    """Wait until the judge closes stdin, time is up, or the inner process has ended."""
    while time.monotonic() < until:
        if select.select([0], [], [], 0.05)[0]:
            return
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(-1, os.WNOHANG)[0] == inner:
                return


def _end(inner: int) -> None:
    """Kill the inner process's group, then whatever else has become a descendant of this process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(inner, signal.SIGKILL)
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        alive = _descendants()
        for number in (signal.SIGSTOP, signal.SIGKILL):  # what is stopped cannot fork while the others are killed
            for pid in alive:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not alive:
            return
        time.sleep(0.005)


def _descendants() -> list[int]:
    """All processes below this one that still run, from /proc; none where there is no /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(stat.parent.name)] = int(parent)
    found = {os.getpid()}
    while below := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= below
    return sorted(found - {os.getpid()})


def _prctl(option: int, value: int) -> None:
    """Set an attribute of this process, where the kernel is Linux."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value)


if __name__ == "__main__":
    main()
