"""Takes what a learning platform gives out as it is, and puts each student's part into submitted/.

Every file of the archive ends in a line of `downloaded/LAB/collected.csv`: whose it is, or why it could not be
assigned. What was handed in before and is replaced now is kept in `downloaded/LAB/replaced/`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.lms import table
from autograder.lms.agreement import Agreement
from autograder.lms.archive import Archive, ArchiveError, Member, Refused
from autograder.lms.sorting import Attempt, Line, Sorter
from autograder.submissions import candidates
from autograder.submissions.candidates import LATE, TIMESTAMP
from labkit import atomic
from labkit import course as courses

PLACE = "downloaded"
"""Where nbgrader, too, keeps what comes from a platform, in the course directory."""
_OPENS = re.compile(rb"""labkit\.open\(\s*(?:\\"|')(\w{1,40})""")
"""How a notebook opens a lab, as it stands in a file."""
FORM = "%Y-%m-%d %H:%M:%S UTC"
"""How a time is written into timestamp.txt."""

Attempts = Mapping[str, list[Attempt]]
"""The attempts of each student; the last stands last."""
Choose = Callable[[Archive, str, Attempts], Mapping[str, Attempt]]
"""Chooses among several attempts at a lab, for each student who has made them."""


@dataclass(frozen=True)
class Collected:
    """What a collection came to.

    Attributes:
        lab: the lab.
        students: who has something in the archive.
        changed: whose submission is new, or another one than before.
        lines: what became of each file.
        remarks: what is to be said about the archive as a whole.
    """

    lab: str
    students: list[str]
    changed: list[str]
    lines: list[Line]
    remarks: list[str]

    @property
    def unassigned(self) -> list[Line]:
        """The files that are not where they belong."""
        return [line for line in self.lines if not line.assigned]


def collect(course: Path, source: Path, lab: str | None, agreed: Agreement, choose: Choose | None = None) -> Collected:
    """Take an archive into submitted/ of a course directory.

    Args:
        course: the course directory.
        source: the archive.
        lab: the lab it is of; by default the one that its names, or the notebooks in it, agree on.
        agreed: what holds for the class, and its roster.
        choose: chooses among several attempts; by default the last.

    Raises:
        ArchiveError: it cannot be used, or does not say which lab it is of.
    """
    with Archive(source) as archive:
        sorter = Sorter(archive, agreed.roster, agreed.policy)
        attempts = sorter.attempts()
        lab = lab or _lab(archive, [one for found in attempts.values() for one in found])
        place = _Place(course, lab, archive)
        several = {student: found for student, found in attempts.items() if len(found) > 1}
        best = choose(archive, lab, several) if choose and several else {}
        for student, found in sorted(attempts.items()):
            chosen = best.get(student, found[-1])
            place.lines += [
                Line(str(member.path), student, "another attempt was taken")
                for other in found
                if other is not chosen
                for member in other.files.values()
            ]
            place.put(chosen)
    lines = sorted([*sorter.lines, *place.lines], key=lambda line: line.source)
    rows = [[table.plain(line.source), table.plain(line.student), line.said] for line in lines]
    path = course / PLACE / lab / "collected.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, table.written([["file", "student", "what became of it"], *rows]))
    return Collected(lab, sorted(attempts), place.changed, lines, sorter.remarks())


class _Place:
    """Where a lab's submissions are put."""

    def __init__(self, course: Path, lab: str, archive: Archive) -> None:
        self.lines: list[Line] = []
        self.changed: list[str] = []
        self._course, self._lab, self._archive = course, lab, archive
        self._top = course / PLACE / lab

    def put(self, attempt: Attempt) -> None:
        """Write an attempt into submitted/, unless it is there, or a later one is."""
        files = self._read(attempt)
        if not files:
            return
        said = self._refusal(attempt, files) or self._write(attempt.student, files)
        taken = (str(attempt.files[name].path) for name in files if name in attempt.files)
        self.lines += [Line(source, attempt.student, said, assigned="link" not in said) for source in taken]

    def _read(self, attempt: Attempt) -> dict[str, bytes]:
        """Return the files that can be read, and what is noted beside them; the others have their line."""
        files = {}
        for name, member in attempt.files.items():
            try:
                data = self._archive.read(member)
                if (opened := _opened(name, data)) and self._lab not in opened:
                    raise Refused(f"it is a notebook of {', '.join(sorted(opened))}, and not of {self._lab}")
                files[name] = data
            except Refused as problem:
                self.lines.append(Line(str(member.path), attempt.student, str(problem), assigned=False))
        if files and attempt.handed_in:
            files[TIMESTAMP] = f"{attempt.handed_in:{FORM}}\n".encode()
        elif files and attempt.late:
            files[LATE] = f"{attempt.late}\n".encode()
        return files

    def _refusal(self, attempt: Attempt, files: Mapping[str, bytes]) -> str:
        """Say why nothing is written; empty where something is."""
        place = self._submitted(attempt.student)
        if place.is_symlink() or place.parent.is_symlink():
            return f"submitted/{attempt.student} is a symbolic link, and was left alone"
        before = _contents(place)
        kept = (TIMESTAMP,) if not attempt.handed_in else ()  # where the platform says no time, somebody may have
        if _without(before, *kept) == files:
            return "it was there already"
        same = _without(before, TIMESTAMP) == _without(files, TIMESTAMP)  # and the time may have been a mistake
        if not same and attempt.handed_in and (there := _when(before)) and there > attempt.handed_in:
            return f"a later one is in submitted/{attempt.student}/{self._lab}, and was kept"
        return ""

    def _write(self, student: str, files: Mapping[str, bytes]) -> str:
        draft, place = self._top / f".{os.getpid()}", self._submitted(student)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for name, data in files.items():
            (draft / name).write_bytes(data)
        said = "collected"
        if place.exists():
            replaced = self._top / "replaced" / student
            shutil.rmtree(replaced, ignore_errors=True)
            replaced.parent.mkdir(exist_ok=True)
            place.rename(replaced)
            said = f"collected; what was there before is in {replaced.relative_to(self._course).as_posix()}"
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(place)
        self.changed.append(student)
        return said

    def _submitted(self, student: str) -> Path:
        return self._course / "submitted" / student / self._lab


def _lab(archive: Archive, attempts: Iterable[Attempt]) -> str:
    """Return the lab that the names of the files, or the notebooks themselves, agree on."""
    votes: Counter[str] = Counter()
    for attempt in attempts:
        votes.update({lab for name, member in attempt.files.items() for lab in _votes(archive, name, member)})
    if not votes:
        raise ArchiveError(f"{archive.path}: no notebook in it says which lab it is of. Say it: --lab lab01_hello.")
    (lab, number), *others = votes.most_common()
    if others and others[0][1] > number / 10:
        said = ", ".join(f"{count} of {name}" for name, count in votes.most_common())
        raise ArchiveError(
            f"{archive.path}: it has notebooks of several labs: {said}. Say which it is of: --lab {lab}."
        )
    return lab


def _votes(archive: Archive, name: str, member: Member) -> set[str]:
    if not candidates.is_notebook(name):
        return set()
    if named := {lab.id for lab in courses.load().labs if lab.id in name}:
        return named
    try:
        return _opened(name, archive.read(member))
    except Refused:
        return set()


def _opened(name: str, data: bytes) -> set[str]:
    """Return the labs that a notebook opens, as far as they are ours; nothing for what is none."""
    opened = {match.decode() for match in _OPENS.findall(data)} if candidates.is_notebook(name) else set()
    return opened & {lab.id for lab in courses.load().labs}


def _contents(place: Path) -> dict[str, bytes]:
    """Return the files of a folder, without what Jupyter and others hide there."""
    files = (path for path in place.iterdir() if not path.name.startswith(".")) if place.is_dir() else ()
    return {path.name: path.read_bytes() if path.is_file() and not path.is_symlink() else b"" for path in files}


def _without(files: Mapping[str, bytes], *names: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name not in names}


def _when(files: Mapping[str, bytes]) -> datetime | None:
    """Return when a submission came, as it is noted beside it."""
    try:
        return datetime.strptime(files[TIMESTAMP][:50].decode().strip(), FORM).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
