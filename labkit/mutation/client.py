"""The judge's side of the lock: runs one trial after the other, and reads what is said there as a stranger's word."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from labkit.mutation.inside.forkserver import READY
from labkit.mutation.inside.reporter import Order
from labkit.sandbox import client, service
from labkit.sandbox.client import Sandboxed, SandboxError
from labkit.sandbox.inside.app_server import SOCKET
from labkit.sandbox.limits import Limits
from labkit.text import one_line

PROGRAM = "labkit.mutation.inside.forkserver:serve"
"""What runs in the sandbox."""
LIMITS = Limits(load=20.0, start=60.0, wall=900.0)
"""What a trial may use: 20 s for a test, 60 s in all: a machine may be busy."""
MOST = 2_000_000
"""How much a trial may say, in bytes."""
_START = 180.0
_PATIENCE = 2.0


@dataclass(frozen=True)
class Failure:
    """Why a test failed: what was raised, and at which line of the module."""

    said: str
    line: int | None = None


@dataclass
class Told:
    """What a trial said.

    Attributes:
        broken: the section that could not be imported and why, if that is so.
        sections: the section of each test that began, in order.
        passed: the tests that passed.
        failed: the tests that failed.
        leaks: the tests that left an override behind, which another test met.
        begun: whether it came so far as to run anything of the student's.
        whole: whether it came to its end.
        late: whether its time was up.
    """

    broken: tuple[str, str] | None = None
    sections: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    failed: dict[str, Failure] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    leaks: set[str] = field(default_factory=set)
    begun: bool = False
    whole: bool = False
    late: bool = False

    @property
    def unfinished(self) -> str:
        """The last test that began and did not end; empty if there is none."""
        ended = self.passed | self.failed.keys() | self.skipped
        return next((name for name in reversed(self.sections) if name not in ended), "")

    def outcome(self, name: str) -> str:
        """What a test came to: passed, failed, skipped, or nothing. A test that says two things has failed."""
        if name in self.failed:
            return "failed"
        return "passed" if name in self.passed else "skipped" if name in self.skipped else ""

    def take(self, fact: Any) -> None:
        """Take in a line, if it has the right shape."""
        match fact:
            case {"broken": str(section), "why": str(why)}:
                self.broken = (section, one_line(why, service.WIDTH))
            case {"test": str(name), "section": str(section)}:
                self.sections.setdefault(name, section)
            case {"test": str(name), "outcome": "failed", "said": str(said), "line": int() | None as line}:
                self.failed[name] = Failure(one_line(said, service.WIDTH), line)
            case {"test": str(name), "outcome": "passed"}:
                self.passed.add(name)
            case {"test": str(name), "outcome": "skipped"}:
                self.skipped.add(name)
            case {"leaks": str(name)}:
                self.leaks.add(name)
            case {"begun": True}:
                self.begun = True
            case {"done": True}:
                self.whole = True


class Chamber:
    """Runs trials of one student's module. One whose process was killed is started anew for the next trial."""

    def __init__(self, lab: str, text: str, lock: str, limits: Limits = LIMITS) -> None:
        """Start nothing yet.

        Args:
            lab: the lab's name, which names the module's file.
            text: the module, as far as it says which libraries to have ready.
            lock: how to lock the process up, one of labkit.sandbox.isolation.LOCKS.
            limits: what a trial may use.
        """
        self._lab, self._text, self._lock, self._limits = lab, text, lock, limits.patient()
        self._stack = contextlib.ExitStack()
        self._ward: Sandboxed | None = None
        self._folder = Path()

    def trial(self, order: Order, seconds: float = float("inf")) -> Told:
        """Run a trial; once more where it did not even begin, which is nothing that a student's code has done.

        Raises:
            SandboxError: the process could not be locked up.
        """
        told = self._trial(order, seconds)
        return told if told.begun or told.late else self._trial(order, seconds)

    def _trial(self, order: Order, seconds: float) -> Told:
        sandboxed = self._living()
        told = Told()
        until = time.monotonic() + min(seconds, self._limits.start + _PATIENCE)
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.connect(str(self._folder / SOCKET))
            connection.settimeout(self._limits.start)
            connection.sendall(json.dumps(asdict(order)).encode())
            connection.shutdown(socket.SHUT_WR)
            for fact in _lines(connection, sandboxed, until):
                told.take(fact)
        told.late = time.monotonic() >= until - _PATIENCE and not told.whole
        return told

    def close(self) -> None:
        """End the process; nothing of it is left."""
        self._ward = None
        self._stack.close()

    def _living(self) -> Sandboxed:
        if self._ward is not None and not self._ward.alive:
            self.close()
        if self._ward is None:
            self._ward = self._stack.enter_context(self._started())
        return self._ward

    @contextlib.contextmanager
    def _started(self) -> Iterator[Sandboxed]:
        folder = self._folder = Path(tempfile.mkdtemp(prefix="judge-")).resolve()
        try:
            folder.chmod(0o711)  # a folder below it may be lent to another user
            job: dict[str, Any] = {"module": f"labs/{self._lab}.py", "text": self._text, "program": PROGRAM}
            sandboxed = client.forkserver().start(self._lock, folder, self._limits, **job)
            try:
                if not _ready(sandboxed):
                    raise SandboxError(f"The process for trials was not ready within {_START:g} s.")
                yield sandboxed
            finally:
                sandboxed.end()
        finally:
            service.remove(folder)


def _ready(sandboxed: Sandboxed) -> bool:
    """Wait until a process says that it is ready, or has ended; whether it did in time."""
    until, said = time.monotonic() + _START, b""
    while READY not in said and (left := until - time.monotonic()) > 0:
        files: list[Any] = [sandboxed.report, sandboxed.leash]
        ready = select.select(files, [], [], left)[0]
        part = os.read(sandboxed.report, 1 << 16) if sandboxed.report in ready else b""
        if ready and not part:
            return True  # it has ended, which the first trial will find
        said += part
    return READY in said


def _lines(connection: socket.socket, sandboxed: Sandboxed, until: float) -> Iterator[Any]:
    """Yield what comes line by line, until it ends, is too much, or the time is up."""
    unread, said = b"", 0
    while said < MOST and (left := until - time.monotonic()) > 0:
        ready = select.select([connection, sandboxed.leash], [], [], left)[0]
        if connection not in ready:
            return
        part = connection.recv(1 << 16)
        if not part:
            return
        said += len(part)
        *complete, unread = (unread + part).split(b"\n")
        for text in complete:
            with contextlib.suppress(ValueError, RecursionError):
                yield json.loads(text.decode("utf-8", "replace"))
