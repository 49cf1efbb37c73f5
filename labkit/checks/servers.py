"""Starts a module in each way that checks ask for, and keeps its processes until they are no longer wanted."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import httpx

from labkit import sections
from labkit.checks.api import Api, Overdue
from labkit.checks.foundation import Foundation
from labkit.checks.instance import Instance
from labkit.checks.places import at_home
from labkit.checks.tracebacks import RAISED, Tracebacks
from labkit.http.client import connect
from labkit.module.advice import TRY
from labkit.module.blame import suspects
from labkit.module.source import Module
from labkit.sandbox import service
from labkit.sandbox.limits import Limits
from labkit.sandbox.patience import patience
from labkit.sandbox.service import WIDTH
from labkit.sandbox.setup import FOLDER, Setup
from labkit.text import one_line

_ADDRESS = "http://127.0.0.1"
_LATE, _FEW = "did not start within", 2
"""What is said of a start that took too long, and how many sections are then tried to do without."""
_ELSEWHERE = (
    "The checks of this lab start your module in a process of its own, which takes Linux or macOS: "
    "work in WSL, or in a container."
)


class Servers:
    """Starts a module in each way that checks ask for. Close it to end all of its processes."""

    def __init__(
        self, module: Module, lock: str, until: Callable[[], float] | None = None, limits: Limits | None = None
    ) -> None:
        """Start nothing yet.

        Args:
            module: the module.
            lock: how to lock its processes up.
            until: when the patience with it ends, on the monotonic clock.
            limits: what each process may use, if not the usual.
        """
        self._module, self._lock, self._limits = module, lock, limits
        self._until = until or (lambda: float("inf"))
        self._stack = contextlib.ExitStack()
        self._started: list[tuple[Instance, contextlib.ExitStack]] = []
        self._running: dict[Any, Instance] = {}
        self._asked: set[Any] = set()
        self._left_out: dict[str, str] = {}
        self._broken: dict[str, str] = {}

    def __call__(self, setup: Setup, *, fresh: bool = False) -> Instance:
        """Start the module, or return where it runs with this setup.

        Raises:
            SandboxError: a process could not be locked up.
        """
        if setup.shared is None:  # a folder that is shared lasts as long as a check does
            self._asked.add(setup.key)
        found = self._running.get(setup.key)
        if found is None or fresh or (not found.problem and not found.alive):
            processes = self._stack.enter_context(contextlib.ExitStack())
            found = self._running[setup.key] = self._start(setup, processes)
            self._started.append((found, processes))
        return found

    def of_the_lab(self, setup: Setup) -> Instance:
        """Start the lab's own server; a section that keeps it from starting is left out, here and from then on.

        Raises:
            SandboxError: a process could not be locked up.
        """
        found = self(setup)
        if _LATE in found.problem and not self._broken:  # the machine may have been slow, and no section is to blame
            found = self(setup, fresh=True)
        for names in self._suspects(found.problem):
            self._broken = dict.fromkeys(names, found.problem)
            if not (without := self(setup, fresh=True)).problem:
                return without
            if time.monotonic() > self._until():
                break
        self._broken = {} if found.problem else self._broken
        self._running[setup.key] = found
        return found

    def _suspects(self, problem: str) -> list[tuple[str, ...]]:
        """The sections to try to do without; few of them where each one that is not it takes all the time there is."""
        found = suspects(self._module.text, problem) if problem and not self._broken else []
        return found[:_FEW] if _LATE in problem else found

    def ended(self, seconds: float = 0.0) -> str:
        """Why a process that served has ended; empty if all still run after so many seconds."""
        until = time.monotonic() + seconds
        while True:
            for one in self._running.values():
                if not one.problem and not one.alive and not one.dismissed:
                    return one.ended
            if time.monotonic() >= until:
                return ""
            time.sleep(0.01)

    def let_go(self) -> None:
        """End every process that nobody will ask again, or that nobody has asked since this was last called.

        What serves and is not asked costs a hundredth of a processor: it is watched, and its loop turns.
        """
        self._running = {key: one for key, one in self._running.items() if key in self._asked}
        for one, processes in self._started:
            if one not in self._running.values():
                processes.close()
        self._started = [started for started in self._started if started[0] in self._running.values()]
        self._asked = set()

    def close(self) -> None:
        """End every process."""
        self._running.clear()
        self._started.clear()
        self._stack.close()

    def _whole(self, setup: Setup) -> Module:
        """The module without what keeps it from starting; for a command, that is each section that was left out."""
        names = [*self._broken, *(self._left_out if setup.command else ())]
        return replace(self._module, text=sections.without(self._module.text, names))

    def _start(self, setup: Setup, processes: contextlib.ExitStack) -> Instance:
        if os.name != "posix":
            return Instance(None, nobody(_ELSEWHERE), _ELSEWHERE)
        served = processes.enter_context(service.serve(self._whole(setup), self._lock, setup, self._limits))
        self._left_out = self._left_out or served.left_out
        if served.problem:
            running = Instance(served, nobody(served.problem))
            if setup.command:
                running.problem += at_home(_last_words(running))
            running.problem += _elsewhere(running.problem, setup)
            return running
        served.left_out = self._broken | served.left_out
        client = processes.enter_context(connect(_ADDRESS, served.transport()))
        running = Instance(served, Api(client))
        raised = Tracebacks(running.printed, self._module).raised if setup.command else served.raised
        foundation = Foundation(self._module, served.left_out)
        running.api = _Patient(client, raised, self._until, foundation)
        running.api.dial = served.dial
        return running


def nobody(why: str = "the server is not running") -> Api:
    """Return a client of a server that is not there, and why it is not."""

    def refuse(request: httpx.Request) -> NoReturn:
        raise httpx.ConnectError(why, request=request)

    return Api(connect(_ADDRESS, httpx.MockTransport(refuse)))


def _elsewhere(problem: str, setup: Setup) -> str:
    """Say what to try where a start has looked for another file than the one that the check has laid out for it."""
    named = [name for name, value in setup.environment.items() if FOLDER in value]
    missed = re.search(r"FileNotFoundError: .*'([^']+)'", problem)
    if not missed or not named or any(setup.environment[name].endswith(Path(missed[1]).name) for name in named):
        return ""
    return f"\n{TRY}load the file that {' or '.join(named)} names: a check puts a model of its own there"


def _last_words(running: Instance) -> str:
    """What a server that did not start has said last: from the line of the exception on, or else the last line."""
    lines = [line for line in running.printed(lambda out, err: bool(err))[1] if line.strip()]
    raised = [number for number, line in enumerate(lines) if RAISED.match(line)]
    said = " ".join(line.strip() for line in lines[(raised or [-1])[-1] :])
    return f" It said: {one_line(said, WIDTH)}" if lines else ""


class _Patient(Api):
    """A client whose patience is limited for all requests together."""

    def __init__(
        self,
        client: httpx.Client,
        raised: Callable[[str, str, int], str | None],
        until: Callable[[], float],
        foundation: Foundation,
    ) -> None:
        super().__init__(client, raised, foundation)
        self._patience_ends = until

    def _allowed(self, sent: str, seconds: float) -> float:
        left = self._patience_ends() - time.monotonic()
        if left <= 0:
            raise Overdue(sent, "an answer", "no time is left: the checks before used it up")
        return min(patience(seconds), left)
