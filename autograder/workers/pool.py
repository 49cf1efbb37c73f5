"""Many workers: gives each one piece of work at a time, and goes on when one of them dies or hangs."""

from __future__ import annotations

import contextlib
import os
import platform
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from autograder.judging.patience import LONGEST
from autograder.workers.capacity import LOOK, MOST, Capacity
from autograder.workers.tasks import JUDGE
from autograder.workers.worker import Lost, Worker

if TYPE_CHECKING:  # loaded by those who do the work
    from autograder.judging.judge import Result
    from autograder.submissions.submission import Submission

Item = TypeVar("Item")
TRIES = 2
"""How often a piece of work is tried: a worker may die through no fault of its own."""


@dataclass(frozen=True)
class Failed:
    """What comes back in place of an answer: the reason there is none, without a full stop."""

    reason: str


@dataclass
class _Piece:
    number: int
    argument: Any
    tries: int = 0


class Judges(Protocol):
    """Those who judge: the processes of this machine, or a cluster."""

    machine: str
    """Where they are, if that decides which sandbox they have; empty if it has to be asked each time."""

    @property
    def tier(self) -> str:
        """The name of the sandbox they use."""
        ...

    def run(self, function: str, arguments: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Call a function for every argument, and yield the number of the argument and the answer, as they come."""
        ...


class Pool:
    """Workers in processes of their own. Use it in a `with` block; at its end none of them is left."""

    def __init__(self, workers: int | None = None, seconds: float = LONGEST) -> None:
        """Start no worker yet.

        Args:
            workers: how many there are; by default one for each processor, and more while processors are idle.
            seconds: how long one piece of work may take.
        """
        self.machine = _machine()
        self._capacity: Capacity | None = None  # nobody looks before the first has started, and answered
        self._least = workers or os.cpu_count() or 1
        self._most = workers or MOST * self._least
        self._seconds = seconds
        self._closed = False
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Piece] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        for worker in [*self._idle, *self._busy]:
            worker.close()
        self._idle, self._busy = [], {}

    @cached_property
    def tier(self) -> str:
        """The name of the sandbox that this machine offers; to try it takes the time of several submissions."""
        from autograder.judging.tiers import probe
        from labkit.sandbox import client

        try:
            return probe().name
        finally:
            client.forkserver().stop()  # each worker has its own, and this process judges nothing

    def run(self, function: str, arguments: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Call a function for every argument, and yield the number of the argument and the answer, as they come.

        Arguments are taken when a worker is free for them, so they may be large and many. Where there is no answer,
        a Failed comes in its place.
        """
        source = iter(enumerate(arguments))
        again: list[_Piece] = []
        while not self._closed:
            while self._room() and (piece := _next(again, source)):
                self._give(function, piece)
            if not self._busy:
                return
            for worker in self._ready():
                piece = self._busy.pop(worker)
                try:
                    answer = worker.receive()
                except Lost as problem:
                    worker.close()
                    if piece.tries < TRIES:
                        again.append(piece)
                        continue
                    answer = Failed(str(problem))
                except RuntimeError as problem:
                    self._idle.append(worker)
                    answer = Failed(str(problem))
                else:
                    self._idle.append(worker)
                self._capacity = self._capacity or Capacity(self._least, self._most)
                yield piece.number, answer

    def _room(self) -> bool:
        """Whether another piece of work can be under way."""
        return len(self._busy) < (self._capacity.look() if self._capacity else self._least)

    def _give(self, function: str, piece: _Piece) -> None:
        worker = self._idle.pop() if self._idle else Worker()
        piece.tries += 1
        self._busy[worker] = piece
        with contextlib.suppress(Lost):  # receiving from it says so as well
            worker.send(function, piece.argument, self._seconds)

    def _ready(self) -> list[Worker]:
        """Wait a moment for workers that have an answer, are gone, or have used up their time."""
        patience = min(min(worker.until for worker in self._busy) - time.monotonic(), LOOK)
        answered = wait([worker.connection for worker in self._busy], max(0.0, patience))
        now = time.monotonic()
        return [worker for worker in self._busy if worker.connection in answered or worker.until <= now]


def _machine() -> str:
    """Return what decides which sandboxes this machine offers, so that it need not try them each time."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    known = boot.read_text(encoding="ascii") if boot.exists() else ""
    return " ".join([*platform.uname(), known.strip(), str(os.geteuid()), os.environ.get("AUTOGRADER_SANDBOX", "")])


def _next(again: list[_Piece], source: Iterator[tuple[int, Any]]) -> _Piece | None:
    if again:
        return again.pop()
    number, argument = next(source, (-1, None))
    return _Piece(number, argument) if number >= 0 else None


def ahead(answers: Iterator[Item]) -> Iterator[Item]:
    """Let an iterator run on in a thread of its own, while what it yields is worked on."""
    waiting: queue.SimpleQueue[Item | BaseException | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            for answer in answers:
                waiting.put(answer)
            waiting.put(None)
        except BaseException as problem:  # noqa: BLE001 (it is raised where the items are taken)
            waiting.put(problem)

    def items() -> Iterator[Item]:
        while (answer := waiting.get()) is not None:
            if isinstance(answer, BaseException):
                raise answer
            yield answer

    threading.Thread(target=run, daemon=True).start()
    return items()


def judge_all(found: Sequence[Submission], workers: int | None = None) -> list[Result]:
    """Return a result for each submission, in their order.

    Each process judges one submission at a time: checks run in it, and a check's time limit needs its main thread.
    """
    from autograder.judging.judge import Result

    results: dict[int, Result] = {}
    with Pool(workers) as pool:
        for number, answer in pool.run(JUDGE, found):
            if isinstance(answer, Failed):
                incidents = (*found[number].incidents, f"The judge failed twice: {answer.reason}.")
                answer = Result(found[number], "none", (), incidents)
            results[number] = answer
    return [results[number] for number in range(len(found))]
