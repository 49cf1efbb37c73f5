"""Serves a student's module in a process of its own, under limits, reached over a unix socket.

Whatever the process writes is untrusted: it is read with a bound, held against its shape, and is never a score.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from autograder.tiers import Tier
from labkit.limits import Limits
from labkit.serving import RAISED, REPORT, SOCKET

LIMIT = 1_000_000
"""How much of a file of the process is read, in bytes."""
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
    process: subprocess.Popen[bytes]
    problem: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    _read: int = 0

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.process.poll() is None

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
        while True:
            found = [words for *request, words in self._new_entries() if request == [method, path]]
            if found or time.monotonic() > until:
                return _line(found[-1]) if found else None
            time.sleep(0.005)

    def _new_entries(self) -> Iterator[list[str]]:
        text = _text(self.folder / RAISED, self._read)
        complete, _, _ = text.rpartition("\n")
        self._read += len(complete.encode()) + 1 if complete else 0
        for line in complete.splitlines():
            entry = _json(line)
            if isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry):
                yield entry


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
    """
    limits = limits or Limits()
    folder = Path(tempfile.mkdtemp(prefix="judge-")).resolve()
    try:
        module = folder / "labs" / f"{lab}.py"
        module.parent.mkdir()
        module.write_text(text, encoding="utf-8", errors="replace")
        job = json.dumps({"module": f"labs/{lab}.py", "given": given, "limits": limits.as_dict()})
        with _running(tier.command(folder, job), folder) as process:
            served = Served(folder, process)
            _await(served, limits.start)
            served.left_out = {name: why for name, why in served.left_out.items() if name in sections}
            served.given = {name: value for name, value in served.given.items() if name in given}
            yield served
    finally:
        _remove(folder)


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the keeper; its stdin is the leash: once that is closed, it ends everything below it and then itself."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a student's process: nothing of ours, and one thread for each library that would take many."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    place = {"HOME": str(folder), "TMPDIR": str(folder), "MPLCONFIGDIR": str(folder)}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", **threads, **place}


def _await(served: Served, seconds: float) -> None:
    """Wait for the report of the start, and take from it what has the right shape."""
    until = time.monotonic() + seconds
    while not (served.folder / REPORT).exists():
        if not served.alive:
            served.problem = "The process ended while the module was loaded: look for an exit at its top level."
            return
        if time.monotonic() > until:
            served.problem = f"The app did not start within {seconds:g} s: look for a loop or a wait at the top level."
            return
        time.sleep(0.005)
    report = _json(_text(served.folder / REPORT))
    if not isinstance(report, dict):
        served.problem = "The module broke the process that was to serve it."
        return
    problem, left_out, given = (report.get(key) for key in ("problem", "left_out", "given"))
    served.problem = _line(problem) if isinstance(problem, str) else ""
    if isinstance(left_out, dict):
        served.left_out = {name: _line(why) for name, why in left_out.items() if isinstance(why, str)}
    served.given = given if isinstance(given, dict) else {}


def _text(path: Path, start: int = 0) -> str:
    """Read a file of the process, if it is a plain file, from `start`, up to the limit."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        file.seek(start)
        return file.read(LIMIT).decode("utf-8", "replace")


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
