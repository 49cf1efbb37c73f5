"""What a student is shown of the class: what is told to its board, and what was told so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from labkit.classroom.membership import Membership
from labkit.classroom.wire import Report
from labkit.pictures.view import Picture, framed

TOLD = (
    "After each lab.check() and lab.hint() the board is told the exercise, the outcome, the name of the first check "
    "that failed, and how many hints were taken. It is told no code, and nothing of a request or an answer."
)
WAYS = "lab.reports() shows each report as it was sent. lab.leave() ends it, and the board forgets the seat."
_LAST = 10


@dataclass(frozen=True, repr=False)
class Membered(Picture):
    """Where a student sits.

    Attributes:
        membership: the class; None for nobody's.
        problem: why nothing gets through at the moment.
    """

    membership: Membership | None
    problem: str = ""

    @property
    def headline(self) -> str:
        """One line: which class, which seat, or why there is none."""
        found = self.membership
        if found is None:
            return self.problem or "Nothing is reported to a class."
        name = f", called {found.name}" if found.name else ""
        if found.seat is not None:
            away = f" At the moment {self.problem}; labkit goes on trying." if self.problem else ""
            return f"This workbook has seat {found.seat}{name} in class {found.code} at {found.url}.{away}"
        why = self.problem or "the board has not answered yet"
        return f"This workbook has no seat in class {found.code} at {found.url} yet: {why}."

    @property
    def lines(self) -> list[str]:
        """What there is to say, line by line."""
        return [self.headline, TOLD, WAYS] if self.membership else [self.headline]

    def html(self) -> str:
        """Return the lines, the first of them in bold."""
        first, *others = map(escape, self.lines)
        return framed([f"<div><b>{first}</b></div>", *(f'<div class="muted">{line}</div>' for line in others)])

    def __str__(self) -> str:
        return "\n".join(self.lines)

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class Told(Picture):
    """What was told last, as it was sent.

    Attributes:
        seat: where to.
        reports: what was told, the newest last.
        waiting: how many of them the board has not had yet.
    """

    seat: Membered
    reports: Sequence[Report]
    waiting: int = 0

    @property
    def lines(self) -> list[str]:
        """Each report in the words in which it is sent."""
        shown = [report.model_dump_json() for report in self.reports[-_LAST:]]
        had = max(0, len(shown) - self.waiting)
        return [f"sent     {report}" for report in shown[:had]] + [f"waiting  {report}" for report in shown[had:]]

    def html(self) -> str:
        """Return the seat, and below it the reports."""
        lines = "".join(f"<div>{escape(line)}</div>" for line in self.lines)
        return self.seat.html() + framed([f'<div class="message">{lines or self._none}</div>'])

    def __str__(self) -> str:
        return "\n".join([str(self.seat), *(self.lines or [self._none])])

    __repr__ = __str__

    @property
    def _none(self) -> str:
        return "Nothing was told in this kernel yet."
