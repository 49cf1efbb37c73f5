"""The log of marks: a line of JSON for each change, which is only ever added to.

It lies in the course directory and not in `.grading/`, which may be thrown away. The last line of a student and lab
is what the next change is held against, so a run that was ended writes nothing twice and leaves nothing out.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.audit.basis import Basis, reasons
from labkit.course import Lab

FILE = "marks.jsonl"


@dataclass(frozen=True)
class Change:
    """A mark that is another one than before.

    Attributes:
        time: when that was written, as ISO 8601 has it.
        lab: the lab.
        student: whose mark.
        before: the mark before; None where there was none.
        basis: what the new one rests on.
        reasons: why, one line each.
    """

    time: str
    lab: str
    student: str
    before: float | None
    basis: Basis
    reasons: tuple[str, ...]

    @property
    def line(self) -> str:
        """The change in one line."""
        old = "–" if self.before is None else f"{self.before:g}"
        return f"{old} → {self.basis.mark:g} of {self.basis.total:g}: {'; '.join(self.reasons)}"


class Trail:
    """The log of one course directory."""

    def __init__(self, course: Path) -> None:
        self._path = course / FILE
        self._changes = [change for line in self._lines() if (change := _read(line))]
        self._last = {(change.lab, change.student): change.basis for change in self._changes}

    def last(self, lab: str, student: str) -> Basis | None:
        """Return what a student's mark rested on when it was last written down."""
        return self._last.get((lab, student))

    def of(self, student: str | None = None, lab: str | None = None) -> list[Change]:
        """Return the changes, in the order in which they were made."""
        return [one for one in self._changes if student in (None, one.student) and lab in (None, one.lab)]

    def note(self, lab: Lab, bases: Iterable[tuple[str, Basis]]) -> list[Change]:
        """Write down which marks of a lab are others than before; return these."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        found = []
        for student, basis in bases:
            before = self.last(lab.id, student)
            if said := reasons(before, basis, lab):
                found.append(Change(now, lab.id, student, before.mark if before else None, basis, tuple(said)))
        if found:
            self._add(found)
        return found

    def _add(self, changes: list[Change]) -> None:
        text = "".join(json.dumps(_plain(change), ensure_ascii=False) + "\n" for change in changes)
        with self._path.open("a+b") as file:
            if file.tell() and self._path.read_bytes()[-1:] != b"\n":  # a run was ended in the middle of a line
                file.write(b"\n")
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        self._changes += changes
        self._last |= {(change.lab, change.student): change.basis for change in changes}

    def _lines(self) -> list[str]:
        return self._path.read_text(encoding="utf-8", errors="replace").split("\n") if self._path.exists() else []


def _plain(change: Change) -> dict[str, Any]:
    return dataclasses.asdict(change) | {"mark": change.basis.mark, "of": change.basis.total}


def _read(line: str) -> Change | None:
    """Read a line; None for one that was not written to its end."""
    try:
        found = json.loads(line)
        basis = Basis(**found["basis"])
        reasons = tuple(found["reasons"])
        return Change(found["time"], found["lab"], found["student"], found["before"], basis, reasons)
    except (ValueError, KeyError, TypeError):
        return None
