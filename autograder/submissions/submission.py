"""A submission: the module that a student handed in, taken out of a notebook without executing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.submissions import cells, reading
from autograder.submissions.files import Unusable
from labkit import course as courses
from labkit import sections
from labkit.course import Course, Lab
from labkit.paths import HOME
from labkit.sections import SETUP, Section

_OPENS = re.compile(r"labkit\.open\(\s*[\"'](?P<lab>\w+)[\"']")


@dataclass(frozen=True)
class Submission:
    """What is judged.

    Attributes:
        source: the file.
        lab: the lab it belongs to; None where that cannot be told.
        student: who handed it in, where the path says so.
        text: the module; None if nothing in the file can be used.
        sections: the names of the sections in the module; None if it has no marks, and is judged as a whole.
        attempted: the exercises whose section differs from its stub.
        beside: the files beside the module, by their names.
        incidents: what was unusual about the file, one line each.
    """

    source: Path
    lab: Lab | None
    student: str | None = None
    text: str | None = None
    sections: frozenset[str] | None = frozenset()
    attempted: frozenset[str] = frozenset()
    incidents: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    book: NotebookNode | None = field(default=None, repr=False, compare=False)

    def noting(self, *incidents: str) -> Submission:
        """Return it with further incidents, these first."""
        return replace(self, incidents=(*incidents, *self.incidents))


@cache
def course() -> Course:
    """The built course."""
    return courses.load()


def read(path: Path, lab: str | None = None, student: str | None = None, data: bytes | None = None) -> Submission:
    """Read a submitted notebook or module. A file that cannot be used becomes a submission with an incident.

    Args:
        path: the file.
        lab: the lab, where the file does not say which it is.
        student: who handed it in; by default what nbgrader's folders say.
        data: the file's content, where that has been read already.
    """
    student = student or _student(path)
    known = _known(path.stem) or _known(path.parent.name) or _known(lab)
    try:
        if path.suffix == ".py":
            if known is None:
                return Submission(path, None, student, incidents=(_unknown(path),))
            return module(reading.text(path, data), known, path, student, _beside(path, known))
        book = reading.notebook(path, data)
        known = _known(path.stem) or _opened(book) or _known(lab) or _known(path.parent.name)
        if known is None:
            return Submission(path, None, student, incidents=(_unknown(path),))
        return notebook(book, known, path, student)
    except Unusable as problem:
        return Submission(path, known, student, incidents=(str(problem),))


def module(
    text: str, lab: Lab, source: Path, student: str | None = None, beside: Mapping[str, str] | None = None
) -> Submission:
    """Take a module as it is, with section marks or without, and the files beside it."""
    files = dict(beside or {})
    others = [Section(name, sections.normalise(files[file])) for name, file in lab.files.items() if file in files]
    found = sections.parse(text)
    if not found:
        attempted = {exercise.id for exercise in lab.exercises if not exercise.file} | _attempted(others, lab)
        return Submission(source, lab, student, text, None, frozenset(attempted), beside=files)
    names = frozenset(section.name for section in [*found, *others])
    return Submission(source, lab, student, text, names, _attempted([*found, *others], lab), beside=files)


def notebook(book: NotebookNode, lab: Lab, source: Path, student: str | None = None) -> Submission:
    """Take the module out of a notebook: its sections, put together as labkit puts them together."""
    found = cells.find(book, lab, course().stubs.get(lab.id, {}))
    chosen = [piece.section for piece in found.sections.values()]
    incidents = found.incidents
    if SETUP not in found.sections and chosen:
        chosen.append(given_setup(lab))
        incidents = [*incidents, "The first section was taken from the lab as it was given."]
    if not chosen:
        return Submission(source, lab, student, incidents=("No section of the lab is in the notebook.",), book=book)
    inside = [section for section in chosen if section.name not in lab.files]
    beside = {lab.files[section.name]: section.source for section in chosen if section.name in lab.files}
    text = sections.render(sections.arrange(inside, lab.sections), lab.title)
    names = frozenset(section.name for section in chosen)
    return Submission(source, lab, student, text, names, _attempted(chosen, lab), tuple(incidents), beside, book)


def released(lab: Lab) -> NotebookNode:
    """Return the notebook of a lab as students are given it."""
    return reading.notebook(HOME / "notebooks" / f"{lab.id}.ipynb")


def given_setup(lab: Lab) -> Section:
    """Return the first section of a lab as students are given it."""
    source = next(cell.source for cell in released(lab).cells if cells.grade_id(cell) == SETUP)
    return Section(SETUP, sections.normalise(source.partition("\n")[2]))


def solution(lab: Lab) -> Submission | None:
    """Return the reference solution as if it were handed in; None where this machine does not have it."""
    path = HOME / "solutions" / f"{lab.id}.py"
    if not path.is_file():
        return None
    return module(reading.text(path), lab, path, beside=_beside(path, lab))


def placeholder(submission: Submission, lab: Lab) -> NotebookNode:
    """Return the notebook to put on record: the student's own, or the untouched one where there is none."""
    return submission.book if submission.book is not None else nbformat.from_dict(released(lab))


def _attempted(found: list[Section], lab: Lab) -> frozenset[str]:
    stubs = course().stubs.get(lab.id, {})
    written = {section.name for section in found if sections.fingerprint(section.source) != stubs.get(section.name)}
    return frozenset(exercise.id for exercise in lab.exercises if exercise.id in written)


def _known(name: str | None) -> Lab | None:
    return next((lab for lab in course().labs if lab.id == name), None)


def _opened(book: NotebookNode) -> Lab | None:
    """The lab that the notebook opens."""
    names = [match["lab"] for cell in book.cells for match in _OPENS.finditer(cell.source)]
    return next((lab for name in names if (lab := _known(name))), None)


def _beside(path: Path, lab: Lab) -> dict[str, str]:
    """Return the files beside a module, as a student has them in a folder of the module's name."""
    files = {file: path.with_suffix("") / file for file in lab.files.values()}
    return {file: reading.text(place) for file, place in files.items() if place.is_file()}


def _student(path: Path) -> str | None:
    """Who handed a file in, if it lies where nbgrader puts it: submitted/STUDENT/LAB/file."""
    folders = path.absolute().parts
    return folders[-3] if len(folders) > 3 and folders[-4] == "submitted" else None


def _unknown(path: Path) -> str:
    return f"{path.name} does not say which lab it belongs to; name it after the lab, or give --lab."
