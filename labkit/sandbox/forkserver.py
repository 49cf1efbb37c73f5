"""The process that loads the libraries once and is forked for each submission.

The judge starts it with `labkit.sandbox.forkserver.main` in a fresh interpreter: nothing of the judge is in its
memory, and its only open file is the socket to the judge, as stdin. For each submission the judge sends four files
over that socket, the leash, the report, a stdout and a stderr, and which libraries to have ready. The job itself comes
over the leash: only the monitor reads it. The fork server ends when the judge does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import socket
import sys
from typing import NoReturn

from labkit.sandbox import credentials, monitor, namespaces, processes, syscalls
from labkit.sandbox.warmup import rehearse

FIRST = (
    *("fastapi.staticfiles", "fastapi.templating", "fastapi.testclient", "fastapi.middleware.cors", "fastapi.security"),
    *("uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "uvicorn.lifespan.on"),
    *("pydantic", "pydantic_settings", "email_validator", "python_multipart", "httpx", "jinja2"),
    *("anyio.to_thread", "anyio._backends._asyncio", "concurrent.futures.thread", "uvicorn.loops.uvloop"),
    *("landlockpy", "seccompy", "labkit.sandbox.inside.app_server", "labkit.module.loading"),
)
"""What is loaded before the first submission, where it is installed."""

_LEARNING = (
    "joblib",
    "labkit.checks.models",
    *(f"sklearn.{name}" for name in ("datasets", "ensemble", "linear_model", "pipeline")),
)
LATER = {
    "numpy": ("numpy",),
    "joblib": (*_LEARNING, "labkit.labs.lab12_traffic.models", "labkit.labs.lab14_capstone.models"),
    "prometheus_client": ("prometheus_client",),
    "redis": ("redis", "redis.asyncio", "redis.asyncio.retry", "redis.backoff"),
    "slowapi": ("slowapi", "slowapi.errors", "slowapi.util", "limits.storage.memory", "limits.storage.redis"),
    "limits": ("limits", "limits.aio", "limits.storage.memory", "limits.storage.redis"),
    "cachetools": ("cachetools",),
    "sklearn": (*_LEARNING, "sklearn.model_selection"),
    "PIL": (*_LEARNING, "PIL.ImageOps", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "labkit.labs.lab09_media.models"),
    "soundfile": ("soundfile",),
    "flask": ("flask",),
    "sqlalchemy": (
        *("sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.sqlite.aiosqlite"),
        *("labkit.labs.lab10_design.models", "fastapi.openapi.docs", "greenlet"),
    ),
    "sqlmodel": ("sqlmodel",),
    "aiosqlite": ("aiosqlite",),
    "jwt": ("jwt",),
    "pwdlib": ("pwdlib.hashers.argon2",),
    "pytest": (
        "hypothesis",
        "hypothesis.strategies",
        "anyio.pytest_plugin",
        "labkit.labs.lab06_testing",
        "labkit.mutation.inside.warmup",
    ),
}
"""What is loaded before the first submission that imports it: it takes seconds, and makes every fork slower."""


def main() -> NoReturn:
    """Load what everybody needs, then fork a monitor for each request until the judge goes away."""
    control = socket.socket(fileno=os.dup(0))
    _nothing_as_stdin()
    _own_limits()
    os.umask(0o022)  # what is made for another user has to be readable by it
    syscalls.adopt_orphans()
    syscalls.dumpable(False)
    sys.argv = [""]
    _load(FIRST)
    rehearse()
    if os.getuid() == 0:
        credentials.root_can_leave()
    loaded: set[str] = set()
    gc.freeze()  # what is there now is never garbage, and stays shared with the forks
    while True:
        data, files, _, _ = socket.recv_fds(control, 1000, 4)
        if len(files) != 4:
            processes.end()
            os._exit(0)
        for name in LATER.keys() & set(data.decode().split()) - loaded:
            _load(LATER[name])
            loaded.add(name)
            gc.freeze()
        _serve(files, control)
        _bury()


def _bury() -> None:
    """Take note of monitors that have ended, the judge knows by the leash; so their time is counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            if name.startswith("labkit."):  # a library may be missing here, a module of ours only by mistake
                raise


def _serve(files: list[int], control: socket.socket) -> None:
    """Fork a monitor. Where it asks to have its user mapped, which takes somebody outside of its namespaces, do so."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        control.close()
        ours.close()
        leash, report, *printed = files
        monitor.keep(leash, report, printed, theirs)
    theirs.close()
    for number in files:
        os.close(number)
    with ours, contextlib.suppress(OSError):
        words = ours.recv(100).split()  # none once the monitor has closed its end
        if len(words) == 2:
            namespaces.map_user(child, int(words[0]), int(words[1]), trusted=os.getuid() == 0)
            ours.sendall(b"mapped")


def _own_limits() -> None:
    """Let go of the judge's own bound on memory: each process that is forked gets limits of its own."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _nothing_as_stdin() -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
