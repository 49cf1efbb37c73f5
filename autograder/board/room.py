"""The class in memory: who has a seat, and how each exercise stands there. Every part of it has a bound."""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.board.vocabulary import Vocabulary
from labkit.classroom.wire import Batch, Report
from labkit.text import one_line
from labkit.verdict import Outcome

SEATS = 2000
"""How many seats a class has at the most."""
NAME = 40
KERNELS = 8
"""How many kernels of a seat are remembered: a lab open in each, and some that were restarted."""
BURST, PER_SECOND = 60.0, 3.0
"""How many requests a seat may send at once, and how many more each second."""
PAUSE = 3 * 3600.0
"""After so many seconds without a word on a lab its clock begins anew: it is another lecture."""
FINE = (Outcome.CORRECT, Outcome.NOT_ATTEMPTED)

Place = tuple[str, str]
"""A lab and an exercise."""


class Full(Exception):
    """Every seat is taken by somebody who has reported."""


class Hasty(Exception):
    """A seat sends more than a student can."""


class Unknown(Exception):
    """A report is about an exercise that the course does not have."""


@dataclass(slots=True)
class Standing:
    """How an exercise stands at a seat.

    Attributes:
        outcome: of its last check; None where only hints were taken.
        check: which check failed first; empty where none did.
        tries: how often it was checked.
        hints: how many hints were taken.
        since: when it began to fail, if it has failed ever since.
        at: when it was last reported.
    """

    outcome: Outcome | None = None
    check: str = ""
    tries: int = 0
    hints: int = 0
    since: float | None = None
    at: float = 0.0


@dataclass(slots=True)
class Seat:
    """Somebody in the class.

    Attributes:
        number: counts the seats.
        name: what the student wants to be called; may be empty.
        digest: of the seat's secret, which the board itself does not keep.
        kernels: the number of the last report of each kernel.
        standings: how the exercises stand that were reported.
        last: the exercise that was reported last.
    """

    number: int
    name: str
    digest: bytes
    kernels: dict[str, int] = field(default_factory=dict)
    standings: dict[Place, Standing] = field(default_factory=dict)
    last: Place | None = None
    allowed: float = BURST
    asked: float = 0.0

    @property
    def at(self) -> float:
        """When it last reported anything."""
        return self.standings[self.last].at if self.last else 0.0


@dataclass
class Changes:
    """What has to be written down."""

    seats: set[int] = field(default_factory=set)
    standings: set[tuple[int, Place]] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)

    def add(self, other: Changes) -> None:
        """Take in what another one has."""
        self.seats |= other.seats
        self.standings |= other.standings
        self.gone |= other.gone
        self.clocks |= other.clocks


class Room:
    """The seats of a class, and when each lab was begun.

    Attributes:
        seats: by number.
        clocks: when each lab began.
        changes: what has happened since they were last taken.
    """

    def __init__(self, words: Vocabulary, seats: Iterable[Seat] = (), clocks: dict[str, float] | None = None) -> None:
        """Set it up as it was."""
        self.words = words
        self.seats = {seat.number: seat for seat in seats}
        self.clocks = clocks or {}
        self.changes = Changes()
        self._by_digest = {seat.digest: seat for seat in self.seats.values()}
        self._last = max(self.seats, default=0)
        self._heard: dict[str, float] = {}
        for (lab, _), standing in (one for seat in self.seats.values() for one in seat.standings.items()):
            self._heard[lab] = max(standing.at, self._heard.get(lab, 0.0))

    def join(self, name: str) -> tuple[Seat, str]:
        """Return a new seat and its secret.

        Raises:
            Full: there is none left.
        """
        if len(self.seats) >= SEATS:
            self.remove(self._idle())
        secret = secrets.token_urlsafe(24)
        self._last += 1
        seat = Seat(self._last, one_line(name, NAME), _digest(secret))
        self.seats[seat.number] = self._by_digest[seat.digest] = seat
        self.changes.seats.add(seat.number)
        return seat, secret

    def of(self, secret: str) -> Seat | None:
        """Return the seat that has this secret."""
        return self._by_digest.get(_digest(secret))

    def remove(self, seat: Seat) -> None:
        """Forget a seat and all that it reported."""
        del self.seats[seat.number], self._by_digest[seat.digest]
        self.changes.gone.add(seat.number)

    def take(self, seat: Seat, batch: Batch, now: float) -> None:
        """Take reports of a seat in; those that it has sent before are passed over.

        Raises:
            Hasty: it sends too many.
            Unknown: one of them is about nothing that there is.
        """
        _spend(seat, now)
        if not all(self.words.knows(report) for report in batch.reports):
            raise Unknown
        before = seat.kernels.pop(batch.kernel, 0)
        for report in batch.reports:
            if report.number > before:
                before = report.number
                self._note(seat, report, now)
        seat.kernels[batch.kernel] = before
        while len(seat.kernels) > KERNELS:
            del seat.kernels[next(iter(seat.kernels))]
        self.changes.seats.add(seat.number)

    def start(self, lab: str, now: float) -> None:
        """Begin to count a lab's minutes."""
        self.clocks[lab] = now
        self.changes.clocks.add(lab)

    def _note(self, seat: Seat, report: Report, now: float) -> None:
        place = lab, _ = sys.intern(report.lab), sys.intern(report.exercise)  # words that all seats share
        standing = seat.standings.setdefault(place, Standing())
        if report.outcome is not None:
            standing.outcome, standing.check = report.outcome, sys.intern(self.words.check(report))
            standing.tries += 1
            standing.since = None if report.outcome in FINE else standing.since or now
        standing.hints, standing.at, seat.last = report.hints, now, place
        self.changes.standings.add((seat.number, place))
        if lab not in self.clocks or now - self._heard.get(lab, now) > PAUSE:
            self.start(lab, now)
        self._heard[lab] = now

    def _idle(self) -> Seat:
        """Return the seat that has been taken longest and has never reported."""
        idle = next((seat for seat in self.seats.values() if not seat.standings), None)
        if idle is None:
            raise Full
        return idle


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _spend(seat: Seat, now: float) -> None:
    seat.allowed = min(BURST, seat.allowed + PER_SECOND * max(0.0, now - seat.asked))
    seat.asked = now
    if seat.allowed < 1:
        raise Hasty
    seat.allowed -= 1
