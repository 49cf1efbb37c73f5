"""What the gradebook would say of results that are not recorded: the judge's points are new, a human's stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from nbgrader.utils import parse_utc

from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.marks import Standing
from autograder.gradebook.schedule import naive
from autograder.judging.record import Record
from autograder.policy.rules import Policy

Results = Mapping[str, tuple[Record, str]]
"""The result of each student, and when it was handed in, as timestamp.txt says it."""


def forecast(book: Gradebook, lab: str, results: Results, policy: Policy) -> dict[str, Standing]:
    """Return what the gradebook would say of a lab's submissions if these were recorded now."""
    standings, times = book.standings(lab), book.times(lab)
    found = {}
    for student, (result, said) in results.items():
        timestamp, extension, due = times.get(student, (None, None, book.due(lab)))
        if lab in policy.due:
            due, extension = naive(policy.deadline(lab)), policy.extension(lab, student)
        timestamp = _time(said) or timestamp
        late = (timestamp - due - (extension or timedelta())).total_seconds() if timestamp and due else 0.0
        automatic = {verdict.exercise: verdict.points for verdict in result.verdicts}
        new = replace(standings.get(student, Standing()), automatic=dict(automatic), penalty=0.0, late=max(0.0, late))
        found[student] = replace(new, penalty=book.penalty(student, new.score, new.late))
    return found


def _time(said: str) -> object:
    try:
        return parse_utc(said or None)
    except (ValueError, OverflowError):
        return None
