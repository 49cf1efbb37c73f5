"""The judge's side of the forkserver: a warm process from which each submission's process is forked."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import select
import socket
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from labkit.paths import HOME
from labkit.sandbox.forkserver import LATER
from labkit.sandbox.limits import Limits
from labkit.sandbox.output import Printed

_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from labkit.sandbox.forkserver import main; main()"
_START, _END = 60.0, 15.0
"""How long the fork server may take to load everything, and a monitor to leave nothing behind, in seconds."""


class SandboxError(RuntimeError):
    """A process could not be locked up: the judge's trouble, not the student's."""


class ForkServer:
    """The warm process. One that was killed is started anew for the next submission."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self, lock: str, folder: Path, limits: Limits, *, output: bool = False, **job: Any) -> Sandboxed:
        """Have a process forked and locked up; without a module it only tries the lock.

        Args:
            lock: the name of the lock, one of labkit.sandbox.isolation.LOCKS.
            folder: an empty folder, for the socket and the student's files.
            limits: what it may use.
            output: whether to keep what it prints.
            job: the module, its text and all else, as labkit.sandbox.monitor.Job has it.
        """
        facts = {"module": "", "text": "", "given": [], "environment": {}, "files": {}, "command": None, **job}
        facts = {"listeners": [], "pool": False, "restarts": False, "shared": "", **facts}
        line = {**facts, "lock": lock, "folder": str(folder), "secret": _secret(), "limits": limits.as_dict()}
        leash, theirs = socket.socketpair()
        report, report_end = (end.detach() for end in socket.socketpair())
        printed = Printed() if output else None
        out, err = printed.ends if printed else (os.open(os.devnull, os.O_WRONLY) for _ in range(2))
        needed = _imported(facts["text"], facts["files"]) | ({"pytest"} if facts.get("program") else set())
        words = " ".join(["fork", *sorted(needed)])
        try:
            socket.send_fds(self._living(), [words.encode()], [theirs.fileno(), report_end, out, err])
        except OSError:  # the fork server has just been killed
            leash.close()
            os.close(report)
            if printed:
                printed.close()
            raise
        finally:
            theirs.close()
            for number in (report_end, out, err):
                os.close(number)
        os.set_blocking(report, False)
        leash.settimeout(_START)
        with contextlib.suppress(OSError):  # a monitor that has died says so by its silence
            leash.sendall(json.dumps(line).encode() + b"\n")
        return Sandboxed(self, leash, report, printed)

    def stop(self) -> None:
        """End it, and whatever is below it."""
        process, control = self._process, self._control
        self._process = self._control = None  # first: a check's time may be up on the way, and the next one starts anew
        if process is None or control is None:
            return
        control.close()
        try:
            process.wait(_END)
        except BaseException as problem:
            process.kill()
            process.wait()
            if not isinstance(problem, subprocess.TimeoutExpired):
                raise

    @property
    def pid(self) -> int:
        """The process's number; 0 if it does not run."""
        return self._process.pid if self._process else 0

    def _living(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._control is None:
            control, theirs = socket.socketpair()
            command = [sys.executable, "-I", "-B", "-c", _MAIN, str(HOME)]
            with theirs:
                process = subprocess.Popen(
                    command,
                    cwd="/",
                    env=_environment(),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            self._process, self._control = process, control
        return self._control


@dataclass
class Sandboxed:
    """A submission's process, seen from the judge.

    Attributes:
        report: what it says about itself comes out of this socket. It is a student's word.
        printed: what it prints, where that is kept.
        ended: why it ended, from its monitor; empty as long as it runs, and where the judge ended it.
        note: what is to be said about how it was locked up.
    """

    forkserver: ForkServer
    leash: socket.socket
    report: int
    printed: Printed | None = None
    ended: str = ""
    note: str = ""
    _over: bool = False

    def listeners(self, count: int) -> list[socket.socket]:
        """Return the sockets that listen in its network, in the order they were asked for; none if it has ended.

        Raises:
            SandboxError: it could not be locked up.
        """
        try:
            words, files, *_ = socket.recv_fds(self.leash, 1, count) if count else (b"", [])
        except OSError:
            words, files = b"", []
        if len(files) < count:
            self._hear(words)
        return [socket.socket(fileno=number) for number in files]

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        if not self._over and select.select([self.leash], [], [], 0)[0]:
            self._hear()
        return not self._over

    def wait(self) -> None:
        """Wait until it has ended by itself.

        Raises:
            SandboxError: it could not be locked up.
        """
        if not self._over:
            self._hear()

    def end(self) -> None:
        """End it, and wait until nothing of it is left."""
        try:
            if not self._over:
                with contextlib.suppress(OSError):
                    self.leash.shutdown(socket.SHUT_WR)
                self._hear()
        finally:
            self.leash.close()
            os.close(self.report)
            if self.printed:
                self.printed.close()

    def _hear(self, words: bytes = b"") -> None:
        """Take the monitor's last words; one that was killed says none, and may leave something behind."""
        self._over = True
        try:
            while part := self.leash.recv(4096):
                words += part
            said = json.loads(words)
        except (OSError, ValueError):
            self.forkserver.stop()
            self.ended = "its process had ended"
            return
        if "failed" in said:
            raise SandboxError(f"A process could not be locked up: {said['failed']}")
        self.ended, self.note = said["ended"], said["note"]


def forkserver(number: int = 0) -> ForkServer:
    """A fork server of this process, and there may be more; a fork of it gets one of its own."""
    return _forkserver(os.getpid(), number)


@cache
def _forkserver(pid: int, number: int) -> ForkServer:
    made = ForkServer()
    atexit.register(made.stop)
    return made


def _imported(text: str, files: Mapping[str, str]) -> set[str]:
    """Which of the large libraries a module seems to import at its top, or finds a model of."""
    kinds = {Path(name).suffix.lstrip(".") for name in files}
    beside = [b64decode(content).decode("utf-8", "replace") for name, content in files.items() if name.endswith(".py")]
    named = re.findall(r"^(?:import|from)\s+(\w+)", "\n".join([text, *beside]), re.MULTILINE)
    return LATER.keys() & (kinds | set(named))


def _secret() -> list[str]:
    """What no submission may read, wherever it lies: the repository, and where this runs."""
    return [str(HOME), str(Path.cwd())]


def _environment() -> dict[str, str]:
    """The environment of a student's process: nothing of ours, and one thread for each library that would take many."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    forking = {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES"} if sys.platform == "darwin" else {}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", **threads, **forking}
