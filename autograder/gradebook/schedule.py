"""Brings the gradebook's due dates, extensions and names to what class.toml and the roster say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from nbgrader import api

from autograder.lms.roster import Person
from autograder.policy.rules import Policy


def apply(db: Any, policy: Policy) -> None:
    """Write due dates and extensions, for the labs that have a due date in class.toml; only what differs is written."""
    for assignment in db.query(api.Assignment).filter(api.Assignment.name.in_([*policy.due])):
        due = naive(policy.deadline(assignment.name))
        if assignment.duedate != due:
            assignment.duedate = due
        for submitted in db.query(api.SubmittedAssignment).filter_by(assignment_id=assignment.id):
            extension = policy.extension(assignment.name, submitted.student_id)
            if submitted.extension != extension:
                submitted.extension = extension
    db.commit()


def enrol(db: Any, people: Iterable[Person]) -> None:
    """Write everybody of the roster into the gradebook, with name and address."""
    there = {student.id: student for student in db.query(api.Student)}
    for person in people:
        said = {"last_name": person.last[:128], "first_name": person.first[:128], "email": person.email[:128]}
        student = there.get(person.id)
        if student is None:
            db.add(api.Student(id=person.id, **said))
            continue
        for name, value in said.items():
            if value and getattr(student, name) != value:
                setattr(student, name, value)
    db.commit()


def naive(moment: datetime | None) -> datetime | None:
    """Return a time as the gradebook keeps it: UTC, without saying so."""
    return moment.replace(tzinfo=None) if moment else None
