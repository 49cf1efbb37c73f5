"""Serves a student's module in a process of its own, locked up, reached over a unix socket.

Whatever the process writes is untrusted: it is read with a bound, held against its shape, and is never a score.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from autograder import warm
from autograder.tiers import Tier
from autograder.warm import Ward
from labkit.limits import Limits
from labkit.serving import SOCKET

LIMIT = 1_000_000
"""How much a process may say about itself, in bytes."""
WIDTH = 300
"""How long a line from the process may be, in characters."""


@dataclass
class Served:
    """A module that is served, or the reason why it is not.

    Attributes:
        problem: why nothing is served; empty if it is.
        left_out: why each section that was left out was, by its name.
        given: the values of the module's given names.
    """

    folder: Path
    ward: Ward
    problem: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    _unread: bytes = b""
    _said: int = 0

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.ward.alive

    @property
    def ended(self) -> str:
        """Why its process ended; empty where it did not."""
        return self.ward.ended

    def transport(self) -> httpx.BaseTransport:
        """The way to reach it."""
        limits = httpx.Limits(max_keepalive_connections=0)
        # There is no TLS here, and loading certificates would take longer than the checks.
        return httpx.HTTPTransport(uds=str(self.folder / SOCKET), limits=limits, verify=False)

    def raised(self, method: str, path: str, since: int = 0) -> str | None:
        """Return what the code raised in the request that was just answered, as `ValueError in labs/lab01.py:7`.

        Entries are read once, so those of earlier requests are gone, and `since` is not needed.
        """
        until = time.monotonic() + 0.5  # the answer goes out a moment before the exception is written down
        found: list[str] = []
        while not found and self._says(until, self.ward.report):
            entries = [entry for line in self.lines() if _is_entry(entry := _json(line))]
            found = [words for *request, words in entries if request == [method, path]]
        return _line(found[-1]) if found else None

    def lines(self) -> list[str]:
        """Return the lines that it has said since they were last asked for."""
        with contextlib.suppress(BlockingIOError):
            while self._said < LIMIT and (part := os.read(self.ward.report, LIMIT - self._said)):
                self._unread += part
                self._said += len(part)
        *complete, self._unread = self._unread.split(b"\n")
        return [line.decode("utf-8", "replace") for line in complete]

    def wait(self, until: float) -> bool:
        """Wait until the process says something about itself, or ends; whether it did before the time was up."""
        return self._says(until, self.ward.report, self.ward.leash)

    def _says(self, until: float, *files: Any) -> bool:
        left = until - time.monotonic()
        return left > 0 and bool(select.select(files, [], [], left)[0])


@contextlib.contextmanager
def serve(
    lab: str, text: str, given: list[str], sections: Collection[str], tier: Tier, limits: Limits | None = None
) -> Iterator[Served]:
    """Serve a module while the block runs; afterwards no process and no file of it is left.

    Args:
        lab: the lab's name, which names the file.
        text: the module.
        given: the names whose values the checks want to know.
        sections: the module's sections: no other can have been left out.
        tier: how to lock it up.
        limits: what it may use.

    Raises:
        Broken: it could not be locked up.
    """
    limits = limits or Limits()
    folder = Path(tempfile.mkdtemp(prefix="judge-")).resolve()
    try:
        folder.chmod(0o711)  # a folder below it may be lent to another user
        module = f"labs/{lab}.py"
        readable = text.encode("utf-8", "replace").decode()
        ward = warm.nursery().start(tier.lock or tier.name, folder, limits, module=module, text=readable, given=given)
        try:
            served = Served(folder, ward)
            _await(served, limits.start)
            served.left_out = {name: why for name, why in served.left_out.items() if name in sections}
            served.given = {name: value for name, value in served.given.items() if name in given}
            yield served
        finally:
            ward.end()
    finally:
        _remove(folder)


def _await(served: Served, seconds: float) -> None:
    """Wait for the report of the start, and take from it what has the right shape."""
    until = time.monotonic() + seconds
    while not (lines := served.lines()):
        if not served.alive:
            if lines := served.lines():
                break
            served.problem = "The process ended while the module was loaded: look for an exit at its top level."
            return
        if not served.wait(until):
            served.problem = f"The app did not start within {seconds:g} s: look for a loop or a wait at the top level."
            return
    report = _json(lines[0])
    if not isinstance(report, dict):
        served.problem = "The module broke the process that was to serve it."
        return
    problem, left_out, given = (report.get(key) for key in ("problem", "left_out", "given"))
    served.problem = _line(problem) if isinstance(problem, str) else ""
    if isinstance(left_out, dict):
        served.left_out = {name: _line(why) for name, why in left_out.items() if isinstance(why, str)}
    served.given = given if isinstance(given, dict) else {}


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _line(text: str) -> str:
    """A line that is safe to show: printable, and not long."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 2 * WIDTH]).split())
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def _remove(folder: Path) -> None:
    """Remove a folder, also where the process took away our right to look into it."""
    for place, names, _ in os.walk(folder):
        for below in (Path(place) / name for name in names):
            with contextlib.suppress(OSError):
                if not below.is_symlink():
                    below.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
