"""Writes what people read when a class is graded: feedback for each student, grades.csv, a report on the class."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.gradebook.marks import Standing
from autograder.grading.entry import Entry
from autograder.grading.freshness import GRADES, REPORT
from autograder.grading.progress import Watch
from autograder.grading.store import Store
from autograder.judging.record import Record
from autograder.lms import export
from autograder.lms.export import Export
from autograder.lms.roster import Roster
from autograder.policy.rules import Policy
from autograder.reports import class_report, feedback, grades_csv, pages
from autograder.reports.class_report import Class
from labkit import atomic
from labkit import course as courses

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

REMARKS = "remarks"
"""Under what the store keeps what the report says about the class as a whole."""
SECRET = "submission_secret.txt"
RELEASED_WITH = ("timestamp.txt", SECRET)
"""What `nbgrader release_feedback` wants beside each page; the second gives the page its name in the exchange."""


def write(
    course: Path, book: Gradebook, memory: Store, entries: Iterable[Entry], watch: Watch, remarks: list[str]
) -> None:
    """Bring feedback, grades.csv and the report up to date."""
    labs = {lab.id: lab for lab in courses.load().labs if book.has(lab.id)}
    standings = {name: book.standings(name) for name in labs}
    with watch.phase("feedback"):
        for entry in entries:
            standing = standings[entry.handed_in.lab].get(entry.handed_in.student)
            if entry.recorded and entry.result and standing:
                _feedback(book, memory, entry, entry.result, standing)
    with watch.phase("report"):
        for name, found in standings.items():
            memory.keep_standings(name, found)
        grades_csv.export(course / GRADES, book.students(), standings)
        everybody = class_report.students(book.students(), standings)
        classes = [Class(lab, _records(memory, lab.id, standings[lab.id]), everybody) for lab in labs.values()]
        atomic.write(course / REPORT, class_report.page(courses.load().title, classes, everybody, remarks))
        memory.note(REMARKS, json.dumps(remarks))


def marks(standings: Mapping[tuple[str, str], Standing]) -> dict[str, dict[str, float]]:
    """Return the marks that count, by lab and student."""
    found: dict[str, dict[str, float]] = {}
    for (lab, student), standing in standings.items():
        found.setdefault(lab, {})[student] = standing.score
    return found


def platform_table(
    course: Path, roster: Roster, marks: Mapping[str, Mapping[str, float]], policy: Policy, lab: str | None = None
) -> Export:
    """Write the marks as the learning platform imports them, beside grades.csv."""
    labs = [one for one in courses.load().labs if one.id in marks and lab in (None, one.id)]
    found = export.export(roster, labs, marks, policy)
    atomic.write(course / found.name, found.text)
    return found


def _feedback(book: Gradebook, memory: Store, entry: Entry, result: Record, standing: Standing) -> None:
    """Write a student's page, unless it is there and says what it should."""
    lab, student = entry.handed_in.lab, entry.handed_in.student
    path = book.place("feedback", lab, student) / f"{lab}.html"
    said = f"{pages.version()} {result.dump()} {standing}"
    state = hashlib.sha256(said.encode()).hexdigest()
    if state == entry.feedback and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in RELEASED_WITH:
        _beside(entry.handed_in.path.with_name(name), path.with_name(name))
    atomic.write(path, feedback.page(result, standing))
    entry.feedback = state
    entry.keep(memory)


def _beside(handed_in: Path, place: Path) -> None:
    """Put a file of the submission beside its feedback, or one without a meaning where the exchange brought none."""
    if handed_in.is_file() and not handed_in.is_symlink():
        atomic.write(place, handed_in.read_text(encoding="utf-8", errors="replace")[:200])
    elif not place.exists():
        atomic.write(place, secrets.token_hex(16) if place.name == SECRET else "")


def _records(memory: Store, lab: str, standings: dict[str, Standing]) -> list[tuple[Record, Standing]]:
    """Return all results of a lab that are in the gradebook, those of earlier runs as well."""
    written = memory.written().items()
    keys = {student: key for (name, student), (key, _) in written if name == lab and student in standings}
    known = memory.results(keys.values())
    return [(known[key], standings[student]) for student, key in sorted(keys.items()) if key in known]
