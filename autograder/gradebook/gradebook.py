"""Writes results into nbgrader's gradebook and autograded/, and reads what humans have put there.

nbgrader's autograde opens the gradebook ten times for each submission and asks it for every cell by name. Here it is
opened once and each submission takes a few statements; what stands in it afterwards is the same, a test holds the two
against each other. A human's marks and comments are in fields of their own, which are never written here.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from autograder.gradebook import schedule
from autograder.gradebook.coursedir import directory, ready, release
from autograder.gradebook.errors import NoGradebook, NotRecorded
from autograder.gradebook.marks import Standing
from autograder.gradebook.transaction import one_transaction
from autograder.lms.roster import Person
from autograder.policy import rules
from autograder.policy.rules import Policy
from autograder.workers.tasks import Done
from labkit.course import Lab
from labkit.verdict import Outcome

_LOCKED = "database is locked"
PATIENCE = 30.0
"""How long to wait for another program that writes into the gradebook, in seconds; SQLite by itself waits for five."""


def _opened(url: str, course: str) -> api.Gradebook:
    """Open a gradebook, after a while if somebody else is writing into it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            book = api.Gradebook(url, course)
            break
        except OperationalError as problem:
            if _LOCKED not in str(problem) or time.monotonic() > until:
                raise
    if book.engine.url.get_backend_name() == "sqlite":
        book.db.execute(text(f"PRAGMA busy_timeout = {int(1000 * PATIENCE)}"))
    return book


class Gradebook:
    """The gradebook of a course directory, open. Use it in a `with` block, in one process at a time."""

    def __init__(self, course: Path, policy: Policy | None = None) -> None:
        self._course = course
        self._policy = policy or rules.load(course)
        self._directory = directory(course)
        try:
            with ready():
                self._book = _opened(self._directory.db_url, self._directory.course_id)
        except Exception as problem:
            if _LOCKED in str(problem):
                raise NoGradebook(
                    "Another program is writing into the gradebook, perhaps formgrader or another grader. "
                    "What was judged is kept: run it again when that program is done."
                ) from problem
            # What follows the first line may hold the password.
            first = str(problem).partition("\n")[0]
            said = f"{type(problem).__name__}: {first}"
            raise NoGradebook(
                f"The gradebook cannot be opened ({said}). Look at CourseDirectory.db_url in nbgrader_config.py; "
                "PostgreSQL needs its driver: pip install 'psycopg[binary]'."
            ) from problem
        self._late = AssignLatePenalties(config=self._directory.config)
        self._late.init_plugin()
        self._cells: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def require(self, lab: Lab) -> None:
        """Release a lab unless the gradebook and release/ have it as it is now."""
        released = self._course / "release" / lab.id / f"{lab.id}.ipynb"
        cell = api.GradeCell
        known = self._book.db.query(cell.name, cell.max_score).join(api.Notebook).join(api.Assignment)
        points = dict(known.filter(api.Assignment.name == lab.id).all())
        if not released.exists() or points != {f"check-{exercise.id}": exercise.points for exercise in lab.exercises}:
            self._book.db.rollback()  # nbgrader writes through a connection of its own
            release(self._course, lab)
        self._cells.pop(lab.id, None)
        if not self.has(lab.id):
            raise RuntimeError(f"nbgrader has not taken {lab.id} into its gradebook.")

    def agree(self, people: Iterable[Person] = ()) -> None:
        """Take up what class.toml says of due dates and extensions, and the names of the roster."""
        schedule.apply(self._book.db, self._policy)
        schedule.enrol(self._book.db, people)

    def has(self, lab: str) -> bool:
        """Whether it has a lab; one that was never released and never handed in is not there."""
        if lab not in self._cells:
            base = api.BaseCell
            found = self._book.db.query(base.id, base.name).join(api.Notebook).join(api.Assignment)
            self._cells[lab] = dict(found.filter(api.Assignment.name == lab).all())
        return bool(self._cells[lab])

    def record(self, done: Done, timestamp: str) -> str:
        """Record a submission; return what was unusual about that.

        Raises:
            NotRecorded: nbgrader refuses it.
        """
        incident = ""
        try:
            parse_utc(timestamp or None)
        except (ValueError, OverflowError):
            timestamp, incident = "", "What stands in timestamp.txt is not a time; it was left out of account."
        try:
            with ready():
                self._write(done, timestamp)
                with one_transaction(self._book.db):
                    self._record(done, timestamp)
        except Exception as problem:
            self._book.db.rollback()
            raise NotRecorded(f"nbgrader did not record it: {type(problem).__name__}: {problem}") from problem
        return incident

    def standings(self, lab: str, student: str | None = None) -> dict[str, Standing]:
        """Return what the gradebook says about a lab's submissions, by student."""
        found: dict[str, Standing] = {}
        if not self.has(lab):
            return found
        submitted, grade, comment = api.SubmittedAssignment, api.Grade, api.Comment
        lateness = (submitted.timestamp, submitted.extension, api.Assignment.duedate)
        penalty = api.SubmittedNotebook.late_submission_penalty
        for who, timestamp, extension, due, lost in self._rows(lab, student, *lateness, penalty):
            late = (timestamp - due - (extension or timedelta())).total_seconds() if timestamp and due else 0.0
            found[who] = Standing(penalty=lost or 0.0, late=max(0.0, late))
        names = self._cells[lab]
        marks = (grade.cell_id, grade.auto_score, grade.manual_score, grade.extra_credit)
        for who, cell, automatic, manual, extra in self._rows(lab, student, *marks, join=grade):
            name = names[cell].removeprefix("check-")
            found[who].automatic[name] = automatic
            found[who].manual |= {} if manual is None else {name: manual}
            found[who].extra |= {name: extra} if extra else {}
        for who, cell, said in self._rows(lab, student, comment.cell_id, comment.manual_comment, join=comment):
            found[who].comments |= {names[cell]: said} if said else {}
        self._book.db.rollback()  # so that reading keeps nobody from writing
        return found

    def times(self, lab: str) -> dict[str, tuple[Any, Any, Any]]:
        """Return when each student handed in, the extension that was given, and the due date; "" is who has not."""
        submitted = api.SubmittedAssignment
        rows = self._rows(lab, None, submitted.timestamp, submitted.extension, api.Assignment.duedate)
        due = self._book.db.query(api.Assignment.duedate).filter(api.Assignment.name == lab).scalar()
        return {"": (None, None, due), **{who: (at, extension, until) for who, at, extension, until in rows}}

    def penalty(self, student: str, score: float, late: float) -> float:
        """Return the points that are lost by being so many seconds late."""
        return min(max(0.0, self._lost(student, score, late) or 0.0), score) if late > 0 else 0.0

    def _lost(self, student: str, score: float, late: float) -> float | None:
        """Return what class.toml takes off, whatever nbgrader's configuration says, or else nbgrader's plugin."""
        if self._policy.late:
            return self._policy.late.penalty(score, late) or None
        lost: float | None = self._late.plugin_inst.late_submission_penalty(student, score, late)
        return lost

    def place(self, step: str, lab: str, student: str) -> Path:
        """Return the folder of a submission in one of nbgrader's steps: "autograded" or "feedback"."""
        name = getattr(self._directory, f"{step}_directory")
        return Path(self._directory.format_path(name, student, lab))

    def students(self) -> list[tuple[str, str, str, str]]:
        """Return id, last name, first name and e-mail address of every student."""
        who = api.Student
        rows = self._book.db.query(who.id, who.last_name, who.first_name, who.email).order_by(who.id)
        return [(identity, last or "", first or "", email or "") for identity, last, first, email in rows]

    @property
    def file(self) -> Path | None:
        """The file it is in, if it is in one."""
        url = self._book.engine.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def _rows(self, lab: str, student: str | None, *columns: Any, join: Any = None) -> Iterable[Any]:
        """Select the student and columns of the submissions of a lab."""
        rows: Any = self._book.db.query(api.SubmittedAssignment.student_id, *columns).select_from(api.SubmittedNotebook)
        rows = rows.join(api.SubmittedAssignment).join(api.Assignment).filter(api.Assignment.name == lab)
        rows = rows.join(join, join.notebook_id == api.SubmittedNotebook.id) if join else rows
        return list(rows if student is None else rows.filter(api.SubmittedAssignment.student_id == student))

    def _record(self, done: Done, timestamp: str) -> None:
        """Write points and comments of one submission."""
        result, book = done.record, self._book
        if book.db.get(api.Student, result.student) is None:
            book.add_student(result.student)
        submitted = book.update_or_create_submission(
            result.lab, result.student, **({"timestamp": timestamp} if timestamp else {})
        )
        if result.lab in self._policy.due:
            submitted.extension = self._policy.extension(result.lab, result.student or "")
        notebook = next(one for one in submitted.notebooks if one.name == result.lab)
        points = {f"check-{verdict.exercise}": verdict for verdict in result.verdicts}
        names = self._cells[result.lab or ""]
        grade, comment = api.Grade, api.Comment
        grades = []
        for identity, cell, manual in book.db.query(grade.id, grade.cell_id, grade.manual_score).filter(
            grade.notebook_id == notebook.id
        ):
            verdict = points[names[cell]]
            by_hand = manual is not None or verdict.outcome in (Outcome.CHECKER_ERROR, Outcome.HELD)
            grades.append({"id": identity, "auto_score": verdict.points, "needs_manual_grade": by_hand})
        comments = [
            {"id": identity, "auto_comment": "No response." if done.untouched[names[cell]] else None}
            for identity, cell in book.db.query(comment.id, comment.cell_id).filter(comment.notebook_id == notebook.id)
            if names[cell] in done.untouched
        ]
        book.db.bulk_update_mappings(grade, grades)
        book.db.bulk_update_mappings(comment, comments)
        self._penalise(submitted, notebook)

    def _penalise(self, submitted: api.SubmittedAssignment, notebook: api.SubmittedNotebook) -> None:
        """Take points off for being late, as nbgrader's plugin says."""
        if submitted.total_seconds_late <= 0:
            if notebook.late_submission_penalty is not None:
                notebook.late_submission_penalty = None
            return
        self._book.db.flush()
        self._book.db.refresh(notebook)
        penalty = self._lost(submitted.student_id, notebook.score, submitted.total_seconds_late)
        notebook.late_submission_penalty = None if penalty is None else min(max(0, penalty), notebook.score)

    def _write(self, done: Done, timestamp: str) -> None:
        """Write the notebook into autograded/, with the rights that nbgrader gives it."""
        assert done.record.lab is not None
        folder = self.place("autograded", done.record.lab, done.record.student or "")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        contents = {f"{done.record.lab}.ipynb": done.notebook} | ({"timestamp.txt": timestamp} if timestamp else {})
        shared = self._directory.groupshared
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8", errors="replace")
            (folder / name).chmod(0o664 if shared else 0o444)
        if shared:
            folder.chmod(0o2770 | folder.stat().st_mode & 0o7777)
