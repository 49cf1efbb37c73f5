"""Finds what a class handed in, whatever its name and state. To read a notebook is the workers' part."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from autograder.submissions import candidates, files
from autograder.submissions.files import Unusable


class NothingToGrade(ValueError):
    """There is no submission to grade; the message says where they should be."""


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in for one lab.

    Attributes:
        student: who, as it stands in the gradebook.
        lab: the lab's id.
        path: the notebook, or where it should be.
        there: whether there is one.
        notes: what is unusual about it, one line each.
    """

    student: str
    lab: str
    path: Path
    there: bool
    notes: tuple[str, ...] = ()

    def load(self) -> Content:
        """Read it. What cannot be read becomes a note."""
        noted = _content(self.path.with_name(candidates.TIMESTAMP))[0] if self.there else None
        timestamp = (noted or b"")[:100].decode("ascii", "ignore").strip()
        data, note = _content(self.path) if self.there else (None, "")
        notes = (*self.notes, note) if note else self.notes
        return Content(self.student, self.lab, self.path, data, notes, timestamp)


@dataclass(frozen=True)
class Content:
    """What was handed in, with the content of its files: all that judging it needs, on whatever machine.

    Attributes:
        student: who handed it in.
        lab: the lab's id.
        path: where it lies.
        data: the notebook; None if there is none that can be read.
        notes: what is unusual about it.
        timestamp: when it was handed in, as nbgrader's collect notes it.
    """

    student: str
    lab: str
    path: Path
    data: bytes | None
    notes: tuple[str, ...]
    timestamp: str


def collect(course: Path, labs: Collection[str], student: str | None = None) -> list[HandedIn]:
    """Return what was handed in, one for each student and lab, in the order of their names.

    Raises:
        NothingToGrade: nothing was, or nothing of these labs or this student.
    """
    top = course / "submitted"
    folders = sorted(path for path in top.glob("*/*") if path.name in labs and (path.is_dir() or path.is_symlink()))
    found = [_choose(path) for path in folders]
    found = [one for one in found if student in (None, one.student)]
    if not found:
        who = f" of {student}" if student else ""
        lab = next(iter(labs)) if len(labs) == 1 else "LAB"
        raise NothingToGrade(
            f"Nothing{who} to grade: put notebooks at {top}/STUDENT/{lab}/{lab}.ipynb, "
            "or run `python -m autograder collect --from ZIP` or `nbgrader collect` first."
        )
    return found


def _choose(folder: Path) -> HandedIn:
    """Return a student's submission of a lab: the notebook of the right name, or the only one that was worked on."""
    lab = folder.name
    student, notes = _student(folder.parent)
    right = folder / f"{lab}.ipynb"
    if folder.is_symlink() or folder.parent.is_symlink():
        return HandedIn(student, lab, right, False, (*notes, "The folder is a symbolic link; links are not followed."))
    chosen, said = candidates.choose(folder, lab)
    notes = (*notes, *([said] if said else []), *_late(folder))
    return HandedIn(student, lab, chosen or right, chosen is not None, notes)


def _late(folder: Path) -> tuple[str, ...]:
    """Return what there is to say of a platform's mark that something came late, where no time is known."""
    if (folder / candidates.LATE).exists() and not (folder / candidates.TIMESTAMP).exists():
        return ("The learning platform marks it as late and says no time; nothing was taken off for that here.",)
    return ()


def _student(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the student's name, in characters that a database and a page can hold."""
    try:
        folder.name.encode()
        return folder.name, ()
    except UnicodeEncodeError:
        name = os.fsencode(folder.name).decode("utf-8", "replace")
        return name, ("The name of the student's folder is not UTF-8; signs in it were replaced.",)


def _content(path: Path) -> tuple[bytes | None, str]:
    try:
        return files.load(path), ""
    except Unusable as problem:
        return None, str(problem)
