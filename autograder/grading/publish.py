"""Writes what people read when a class is graded: feedback for each student, grades.csv, a report on the class."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.audit.basis import Basis
from autograder.audit.trail import Change, Trail
from autograder.gradebook.marks import Standing
from autograder.grading.entry import Entry
from autograder.grading.freshness import GRADES, REPORT
from autograder.grading.progress import Watch
from autograder.grading.store import Store
from autograder.judging.record import Record
from autograder.lms import export
from autograder.lms.agreement import Agreement
from autograder.lms.export import Export
from autograder.lms.roster import Roster
from autograder.policy import totals as policy_totals
from autograder.reports import class_report, feedback, grades_csv, pages
from autograder.reports.class_report import Class
from labkit import atomic
from labkit import course as courses
from labkit.course import Lab

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

REMARKS = "remarks"
"""Under what the store keeps what the report says about the class as a whole."""
SECRET = "submission_secret.txt"
RELEASED_WITH = ("timestamp.txt", SECRET)
"""What `nbgrader release_feedback` wants beside each page; the second gives the page its name in the exchange."""


@dataclass(frozen=True)
class Published:
    """What there is to say once everything is written.

    Attributes:
        changes: the marks that are others than before.
        remarks: what is to be said about the platform's table, one line each.
    """

    changes: list[Change]
    remarks: list[str]


def write(
    course: Path,
    book: Gradebook,
    memory: Store,
    entries: Iterable[Entry],
    watch: Watch,
    remarks: list[str],
    agreed: Agreement,
) -> Published:
    """Bring the log of marks, feedback, grades.csv and the report up to date."""
    labs = {lab.id: lab for lab in courses.load().labs if book.has(lab.id)}
    standings = {name: book.standings(name) for name in labs}
    trail = Trail(course)
    changes = [change for lab in labs.values() for change in trail.note(lab, _bases(memory, lab, standings[lab.id]))]
    with watch.phase("feedback"):
        for entry in entries:
            standing = standings[entry.handed_in.lab].get(entry.handed_in.student)
            if entry.recorded and entry.result and standing:
                _feedback(book, memory, entry, entry.result, standing, trail)
    with watch.phase("report"):
        for name, found in standings.items():
            memory.keep_standings(name, found)
        students = book.students()
        marks = {lab: {student: one.score for student, one in there.items()} for lab, there in standings.items()}
        points = {lab.id: lab.points for lab in labs.values()}
        totals = policy_totals.of_class(agreed.policy, (student[0] for student in students), marks, points)
        grades_csv.export(course / GRADES, students, standings, totals if agreed.policy.chooses else None)
        everybody = class_report.students(students, standings, totals)
        classes = [Class(lab, _records(memory, lab.id, standings[lab.id]), everybody) for lab in labs.values()]
        words = policy_totals.words(agreed.policy)
        text = class_report.page(courses.load().title, classes, everybody, remarks, words, agreed.policy.chooses)
        atomic.write(course / REPORT, text)
        memory.note(REMARKS, json.dumps(remarks))
        said = platform_table(course, agreed, memory.standings()).remarks if _is_of_all(agreed.roster) else []
    return Published(changes, said)


def platform_table(
    course: Path, agreed: Agreement, standings: Mapping[tuple[str, str], Standing], lab: str | None = None
) -> Export:
    """Write the marks as the learning platform imports them, beside grades.csv."""
    assert agreed.roster is not None
    marks: dict[str, dict[str, float]] = {}
    for (name, student), standing in standings.items():
        marks.setdefault(name, {})[student] = standing.score
    labs = [one for one in courses.load().labs if one.id in marks and lab in (None, one.id)]
    found = export.export(agreed.roster, labs, marks, agreed.policy)
    atomic.write(course / found.name, found.text)
    return found


def _is_of_all(roster: Roster | None) -> bool:
    """Whether marks of all labs go into a table; a worksheet of Moodle is of one, and written when it is asked for."""
    return roster is not None and roster.column("moodle") is None


def _bases(memory: Store, lab: Lab, standings: Mapping[str, Standing]) -> Iterator[tuple[str, Basis]]:
    """Yield what each mark of a lab rests on."""
    known = {record.student: record for record, _ in _records(memory, lab.id, standings)}
    hashes = memory.bases()
    for student, standing in sorted(standings.items()):
        record = known.get(student)
        worth = {one.exercise: one.max_points for one in record.verdicts} if record else {}
        worth = worth or {exercise.id: exercise.points for exercise in lab.exercises}
        yield student, Basis.of(standing, worth, *hashes.get((lab.id, student), ("", "")))


def _feedback(book: Gradebook, memory: Store, entry: Entry, result: Record, standing: Standing, trail: Trail) -> None:
    """Write a student's page, unless it is there and says what it should."""
    lab, student = entry.handed_in.lab, entry.handed_in.student
    path = book.place("feedback", lab, student) / f"{lab}.html"
    history = [(change.time, change.line) for change in trail.of(student, lab)]
    said = f"{pages.version()} {result.dump()} {standing} {history[1:]}"
    state = hashlib.sha256(said.encode()).hexdigest()
    if state == entry.feedback and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in RELEASED_WITH:
        _beside(entry.handed_in.path.with_name(name), path.with_name(name))
    atomic.write(path, feedback.page(result, standing, history))
    entry.feedback = state
    entry.keep(memory)


def _beside(handed_in: Path, place: Path) -> None:
    """Put a file of the submission beside its feedback, or one without a meaning where the exchange brought none."""
    if handed_in.is_file() and not handed_in.is_symlink():
        atomic.write(place, handed_in.read_text(encoding="utf-8", errors="replace")[:200])
    elif not place.exists():
        atomic.write(place, secrets.token_hex(16) if place.name == SECRET else "")


def _records(memory: Store, lab: str, standings: Mapping[str, Standing]) -> list[tuple[Record, Standing]]:
    """Return all results of a lab that are in the gradebook, those of earlier runs as well."""
    written = memory.written().items()
    keys = {student: key for (name, student), (key, _) in written if name == lab and student in standings}
    known = memory.results(keys.values())
    return [(known[key], standings[student]) for student, key in sorted(keys.items()) if key in known]
