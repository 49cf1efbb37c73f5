"""What a lab tells the board of a class, if the student has said so."""

from __future__ import annotations

from pathlib import Path

from labkit.classroom import membership as memberships
from labkit.classroom import wire
from labkit.classroom.membership import Membership
from labkit.classroom.reporter import Reporter
from labkit.classroom.views import Membered, Told
from labkit.pictures.view import Written
from labkit.text import one_line
from labkit.verdict import Verdict

_reporters: dict[Path, Reporter] = {}


class Attending:
    """A lab that may have a seat in a class."""

    def __init__(self, folder: Path | None) -> None:
        """Find the seat that the workbook has; there is none where nbgrader runs the notebook."""
        self._reporter = _of(folder) if folder else None

    def join(self, address: str, code: str, name: str = "") -> Membered | Written:
        """Report to the board of a class from now on: outcomes of checks, never code.

            lab.join("https://class.example.org", "K7-42", name="Ada, third row")

        Args:
            address: the board's, as the instructor shows it.
            code: the class's.
            name: how the instructor sees the seat; without one it has its number alone.
        """
        url, words = memberships.address(str(address)), f"lab.join({address!r}, {code!r})"
        if url is None:
            return Written(f"{words}\nproblem   {address!r} is no address\ntry       begin it with https:// or http://")
        if not 0 < len(str(code).strip()) <= 20:
            return Written(f"{words}\nproblem   a code has 1 to 20 characters\ntry       copy the code of the board")
        if self._reporter is not None:
            kept = Membership(url=url, code=one_line(str(code), 20), name=one_line(str(name), 40))
            self._reporter.join(kept)
        return self._seat()

    def leave(self) -> Written:
        """Report no more, and have the board forget the seat."""
        if self._reporter is None or self._reporter.membership is None:
            return Written("Nothing is reported to a class.")
        if self._reporter.leave():
            return Written("Nothing is reported any more, and the board has forgotten the seat.")
        return Written("Nothing is reported any more. The board is away, and keeps what it had.")

    def reports(self) -> Told:
        """Show what was told to the board, word for word."""
        if self._reporter is None:
            return Told(self._seat(), [])
        return Told(self._seat(), list(self._reporter.told), self._reporter.waiting)

    def _seat(self) -> Membered:
        found = self._reporter.membership if self._reporter else None
        if self._reporter is None or found is None:
            return Membered(None, memberships.misspelt())
        return Membered(found, self._reporter.problem)

    def _attendance(self) -> str:
        """One line for the overview; empty where nothing is reported."""
        found = self._reporter.membership if self._reporter else None
        if found is None:
            return ""
        return f"reports to class {found.code} at {found.url}; lab.reports() shows them, lab.leave() ends them"

    def _tell(self, lab: str, exercise: str, hints: int, verdict: Verdict | None = None) -> None:
        if self._reporter is not None:
            outcome, check = (verdict.outcome, wire.failed(verdict)) if verdict else (None, "")
            self._reporter.tell(lab, exercise, outcome, check, hints)


def _of(folder: Path) -> Reporter:
    """The reporter of a workbook: its labs share one."""
    if folder not in _reporters:
        _reporters[folder] = Reporter(folder)
    return _reporters[folder]
