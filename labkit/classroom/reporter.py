"""Tells a board what a notebook's checks came to, from a thread of its own, and keeps what it told."""

from __future__ import annotations

import atexit
import contextlib
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from labkit.classroom import membership as memberships
from labkit.classroom import post
from labkit.classroom.membership import Membership
from labkit.classroom.post import Away
from labkit.classroom.wire import TOGETHER, Batch, Join, Report, Seat
from labkit.verdict import Outcome

WAITING = 200
"""How many reports wait for a board that is away; then the oldest are given up."""
SHOWN = 50
GATHER = 0.2
"""How many seconds a report waits for others: who runs all cells checks much at once."""
LONGEST_PAUSE = 60.0
PATIENCE = 3.0
"""How long `lab.join()` and `lab.leave()` wait for the board; a check never does."""


class Refused(Exception):
    """The board answers, and will not have this; the text says why."""


class Reporter:
    """Reports of one kernel to one board, for all labs of a workbook.

    Attributes:
        problem: why nothing gets through at the moment; empty if it does.
        told: what was told last, the newest last.
    """

    def __init__(self, folder: Path) -> None:
        """Start nothing yet. `folder` is where the workbook keeps its progress."""
        self.problem = ""
        self.told: deque[Report] = deque(maxlen=SHOWN)
        self._folder = folder
        self._waiting: deque[Report] = deque(maxlen=WAITING)
        self._lock = threading.Lock()
        self._kernel, self._count = secrets.token_hex(8), 0
        self._thread: threading.Thread | None = None
        self._wake, self._hurry, self._settled = threading.Event(), threading.Event(), threading.Event()
        self._refused: Membership | None = None
        atexit.register(self._finish)

    @property
    def membership(self) -> Membership | None:
        """The class that is reported to; None if there is none, or it was left."""
        found = memberships.current(self._folder)
        return None if found is None or found.left else found

    @property
    def waiting(self) -> int:
        """How many reports the board has not had yet."""
        return len(self._waiting)

    def join(self, membership: Membership) -> None:
        """Report to this class from now on, and wait a moment for its board."""
        before = memberships.read(self._folder)
        if before is not None and before.same_class(membership) and before.name == membership.name:
            membership = before.model_copy(update={"left": False, "asked": True})
        memberships.keep(self._folder, membership)
        self._refused, self.problem = None, ""
        self._ask()
        self._hurry.set()
        self._settled.wait(PATIENCE)

    def leave(self) -> bool:
        """Report no more, and return whether the board has forgotten the seat."""
        found = memberships.current(self._folder)
        if found is None:
            return True
        memberships.keep(self._folder, found.without_seat().model_copy(update={"left": True}))
        with self._lock:
            self._waiting.clear()
        self._hurry.set()
        told = threading.Event()
        if not found.secret:
            return True
        threading.Thread(target=_give_back, args=(found, told), daemon=True, name="labkit leaves a class").start()
        return told.wait(PATIENCE)

    def tell(self, lab: str, exercise: str, outcome: Outcome | None, check: str, hints: int) -> None:
        """Put down what is to be told, if there is a class to tell it to; this takes no time."""
        if (found := self.membership) is None or found == self._refused:
            return
        self._count += 1
        try:
            report = Report(
                number=self._count, lab=lab, exercise=exercise, outcome=outcome, check=check, hints=min(hints, 100)
            )
        except ValidationError:  # a check of a name that has no place in it
            return
        with self._lock:
            self._waiting.append(report)
            self.told.append(report)
        self._ask()

    def _ask(self) -> None:
        """Have the thread look for what there is to send."""
        self._settled.clear()
        self._wake.set()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True, name="labkit reports to a class")
            with contextlib.suppress(RuntimeError):  # a student's code has taken all of them
                self._thread.start()

    def _run(self) -> None:
        pauses = _pauses()
        while True:
            self._wake.wait()
            self._wake.clear()
            while (found := self.membership) and found != self._refused:
                try:
                    self._deliver(found)
                    self.problem, pauses = "", _pauses()
                    break
                except Refused as problem:
                    self.problem, self._refused = str(problem), found
                except Away as problem:
                    self.problem = f"the board is away: {problem}"
                    self._settled.set()
                    self._hurry.wait(next(pauses))  # what is put down meanwhile waits with the rest
                    self._hurry.clear()
                except Exception as problem:  # noqa: BLE001 (code that changes what all share must not be seen here)
                    self.problem, self._refused = f"labkit could not send it: {type(problem).__name__}", found
            self._settled.set()

    def _deliver(self, found: Membership) -> None:
        """Send what waits.

        Raises:
            Away: the board cannot be reached.
            Refused: it does not want it.
        """
        found = found if found.secret else self._enter(found)
        if self._waiting:
            time.sleep(GATHER)
        while batch := self._next():
            reply = post.send(found.url, "POST", "/reports", Batch(kernel=self._kernel, reports=batch), found.secret)
            if reply.status == 401:  # a board that was set up anew knows nobody
                memberships.keep(self._folder, found.without_seat())
                raise Away("it did not know the seat any more")
            if reply.status not in (204, 422):
                raise Away(f"it answered {reply.status}")
            self._take_away(batch[-1].number)

    def _enter(self, found: Membership) -> Membership:
        """Ask for a seat, and keep it."""
        reply = post.send(found.url, "POST", "/seats", Join(code=found.code, name=found.name))
        if reply.status == 429 or reply.status >= 500:
            raise Away(f"it answered {reply.status}")
        try:
            seat = Seat.model_validate(reply.body)
        except ValidationError:
            detail = reply.body.get("detail") if isinstance(reply.body, dict) else None
            raise Refused(detail if isinstance(detail, str) else f"there is no board at {found.url}") from None
        entered = found.model_copy(update={"seat": seat.seat, "secret": seat.secret})
        memberships.keep(self._folder, entered)
        return entered

    def _next(self) -> list[Report]:
        with self._lock:
            return list(islice(self._waiting, TOGETHER))

    def _take_away(self, number: int) -> None:
        with self._lock:
            while self._waiting and self._waiting[0].number <= number:
                self._waiting.popleft()

    def _finish(self) -> None:
        """Give what waits a moment, when the kernel ends."""
        if self._waiting and not self.problem:
            self._settled.wait(1.0)


def _give_back(found: Membership, told: threading.Event) -> None:
    """Have the board forget a seat, in a few attempts; a board that does not know it has done so."""
    for pause in islice(_pauses(), 4):
        with contextlib.suppress(Away):
            if post.send(found.url, "DELETE", "/seats/mine", secret=found.secret).status in (204, 401):
                told.set()
                return
        time.sleep(pause)


def _pauses() -> Iterator[float]:
    """Yield longer and longer pauses, of no even length: a class does not come back in the same moment."""
    pause = 2.0
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(2 * pause, LONGEST_PAUSE)
