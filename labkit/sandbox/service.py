"""Serves a student's module in a process of its own, locked up, reached over a unix socket.

Whatever the process writes is untrusted: it is read with a bound, held against its shape, and is never a score.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from labkit.http.body import parse
from labkit.module.source import Module
from labkit.sandbox import client
from labkit.sandbox.client import Sandboxed
from labkit.sandbox.inside.app_server import SOCKET
from labkit.sandbox.limits import Limits
from labkit.sandbox.setup import Setup
from labkit.text import one_line

LIMIT = 1_000_000
"""How much a process may say about itself, in bytes."""
WIDTH = 300
"""How long a line from the process may be, in characters."""
BOOT = 90.0
"""How long to wait for the warm process to load its libraries and fork, in seconds."""
SLOW = "look for a loop or a wait at the top level, or in its lifespan. If there is none, it was only slow: try again."
LOST = "The app did not start again."
NONSENSE = "The module broke the process that was to serve it."


@dataclass
class Served:
    """A module that is served, or the reason why it is not.

    Attributes:
        problem: why nothing is served; empty if it is.
        left_out: why each section that was left out was, by its name.
        given: the values of the module's given names.
        events: what it has told, as of the last look.
        reports: what it has said about itself: of its start first.
        companions: what it asks, by the variable that holds the address.
    """

    folder: Path
    sandboxed: Sandboxed
    problem: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    companions: dict[str, Any] = field(default_factory=dict)
    _entries: list[list[str]] = field(default_factory=list)
    _unread: bytes = b""
    _said: int = 0

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.sandboxed.alive

    @property
    def ended(self) -> str:
        """Why its process ended; empty where it did not."""
        return self.sandboxed.ended

    def transport(self) -> httpx.BaseTransport:
        """The way to reach it."""
        limits = httpx.Limits(max_keepalive_connections=0)
        # There is no TLS here, and loading certificates would take longer than the checks.
        return httpx.HTTPTransport(uds=str(self.folder / SOCKET), limits=limits, verify=False)

    def dial(self) -> socket.socket:
        """Open a connection to it, for what is not said through a transport."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self.folder / SOCKET))
        except OSError:
            connection.close()
            raise
        return connection

    def raised(self, method: str, path: str, since: int = 0) -> str | None:
        """Return what the code raised in the request that was just answered, as labkit.module.errors says it.

        Entries are read once, so those of earlier requests are gone, and `since` is not needed.
        """
        until = time.monotonic() + 0.5  # the answer goes out a moment before the exception is written down
        found: list[str] = []
        while not found and self._says(until, self.sandboxed.report):
            self.listen()
            found = [words for *request, words in self._entries if request == [method, path]]
            self._entries.clear()
        return (one_line(found[-1], WIDTH) if found else "") or None

    def report(self) -> dict[str, Any] | None:
        """Return what it says about its start, once it does."""
        self.listen()
        return self.reports[0] if self.reports else None

    def ask(self, **wanted: Any) -> None:
        """Ask the process for something."""
        with contextlib.suppress(OSError):
            os.write(self.sandboxed.report, json.dumps(wanted).encode() + b"\n")

    def restart(self, environment: Mapping[str, str], seconds: float) -> None:
        """Have it started again in its folder, with these variables as well, and take note of how that went.

        Args:
            environment: the variables, as labkit.sandbox.setup.Setup has them.
            seconds: how long that may take.
        """
        before, until = len(self.reports), time.monotonic() + seconds
        self.ask(restart=dict(environment))
        while len(self.reports) == before and self.alive and self.wait(until):
            self.listen()
        self.listen()
        problem = self.reports[before].get("problem", "") if len(self.reports) > before else LOST
        self.problem = one_line(problem, WIDTH) if isinstance(problem, str) else NONSENSE

    def said(self, name: str, seconds: float = 0.0, since: int = 0) -> Any:
        """Return what it has said under a name, in the reports from a number on; None if not so after some seconds."""
        until = time.monotonic() + seconds
        while True:
            self.listen()
            for report in self.reports[since:]:
                if name in report:
                    return report[name]
            if not self.alive or not self.wait(until):
                return None

    def listen(self) -> None:
        """Take in what it has said since: how it started, what it raised, what else has happened."""
        with contextlib.suppress(BlockingIOError):
            while self._said < LIMIT and (part := os.read(self.sandboxed.report, LIMIT - self._said)):
                self._unread += part
                self._said += len(part)
        *complete, self._unread = self._unread.split(b"\n")
        for fact in map(_json, complete):
            if isinstance(fact, dict) and isinstance(event := fact.get("event"), str):
                self.events.append(one_line(event, WIDTH))
            elif _is_entry(fact):
                self._entries.append(fact)
            else:
                self.reports.append(fact if isinstance(fact, dict) else {"problem": NONSENSE})

    def wait(self, until: float) -> bool:
        """Wait until the process says something about itself, or ends; whether it did before the time was up."""
        return self._says(until, self.sandboxed.report, self.sandboxed.leash)

    def _says(self, until: float, *files: Any) -> bool:
        left = until - time.monotonic()
        return left > 0 and bool(select.select(files, [], [], left)[0])


@contextlib.contextmanager
def serve(module: Module, lock: str, setup: Setup, limits: Limits | None = None) -> Iterator[Served]:
    """Serve a module while the block runs; afterwards no process and no file of it is left.

    Args:
        module: the module.
        lock: how to lock it up, one of labkit.sandbox.isolation.LOCKS.
        setup: what it finds when it starts.
        limits: what it may use.

    Raises:
        SandboxError: it could not be locked up.
    """
    limits = (limits or Limits()).patient()
    folder = Path(tempfile.mkdtemp(prefix="judge-")).resolve()
    try:
        folder.chmod(0o711)  # a folder below it may be lent to another user
        setup = replace(setup, files={**module.files(), **setup.files})
        kept = setup.output or setup.command is not None
        job = {**module.as_dict(), **setup.as_dict()}
        sandboxed = client.forkserver(setup.interpreter).start(lock, folder, limits, output=kept, **job)
        with contextlib.ExitStack() as stack:
            stack.callback(sandboxed.end)
            served = Served(folder, sandboxed, companions=_companions(setup, sandboxed, stack))
            _await(served, limits.start)
            served.left_out = {name: why for name, why in served.left_out.items() if name in module.sections}
            served.given = {name: value for name, value in served.given.items() if name in module.given}
            yield served
    finally:
        remove(folder)


def _companions(setup: Setup, sandboxed: Sandboxed, stack: contextlib.ExitStack) -> dict[str, Any]:
    """Let each companion answer on the socket that lies in the network of the module."""
    listening = sandboxed.listeners(len(setup.companions))
    begun = zip(setup.companions.items(), listening, strict=False)  # none listens where it has ended
    return {name: stack.enter_context(companion(one)) for (name, companion), one in begun}


def _await(served: Served, seconds: float) -> None:
    """Wait for the report of the start, and take from it what has the right shape."""
    patience = time.monotonic() + BOOT  # the process that is forked may be loading its libraries: nobody's mistake
    while "forked" not in served.events and served.alive and served.wait(patience):
        served.listen()
    if "forked" in served.events:
        served.events.remove("forked")
    until = time.monotonic() + seconds
    while (report := served.report()) is None:
        if not served.alive:
            if (report := served.report()) is not None:
                break
            served.problem = "The process ended while the module was loaded: look for an exit at its top level."
            return
        if not served.wait(until):
            served.problem = f"The app did not start within {seconds:g} s: {SLOW}"
            return
    problem, left_out, given = (report.get(key) for key in ("problem", "left_out", "given"))
    served.problem = one_line(problem, WIDTH) if isinstance(problem, str) else ""
    if isinstance(left_out, dict):
        served.left_out = {name: one_line(why, WIDTH) for name, why in left_out.items() if isinstance(why, str)}
    served.given = given if isinstance(given, dict) else {}


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry)


def _json(text: bytes) -> Any:
    return parse(text.decode("utf-8", "replace"))


def remove(folder: Path) -> None:
    """Remove a folder, also where the process took away our right to look into it."""
    with contextlib.suppress(RecursionError):
        for place, names, _ in os.walk(folder):
            for below in (Path(place) / name for name in names):
                with contextlib.suppress(OSError):
                    if not below.is_symlink():
                        below.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # folders in folders without end: these programs go down without holding on to the way back
        for program in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*program, str(folder)], check=False, capture_output=True)
