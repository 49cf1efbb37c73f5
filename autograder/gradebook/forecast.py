"""What the gradebook would say of results that are not recorded: the judge's points are new, a human's stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nbgrader.utils import parse_utc

from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.marks import Standing
from autograder.gradebook.schedule import naive
from autograder.judging.record import Record
from autograder.policy.rules import Policy

Results = Mapping[str, tuple[Record, str]]
"""The result of each student, and when it was handed in, as timestamp.txt says it."""


def forecast(book: Gradebook | None, lab: str, results: Results, policy: Policy) -> dict[str, Standing]:
    """Return what the gradebook would say of a lab's submissions if these were recorded now.

    Args:
        book: the gradebook; None where there is none yet.
        lab: the lab.
        results: what would be recorded.
        policy: what holds for the class.
    """
    standings = book.standings(lab) if book else {}
    times = book.times(lab) if book else {"": (None, None, None)}
    found = {}
    for student, (result, said) in results.items():
        late = _late(times.get(student, times[""]), lab, student, _time(said), policy)
        automatic: dict[str, float | None] = {verdict.exercise: verdict.points for verdict in result.verdicts}
        new = replace(standings.get(student, Standing()), automatic=automatic, penalty=0.0, late=late)
        found[student] = replace(new, penalty=_penalty(book, student, new, policy))
    return found


def _late(known: tuple[Any, Any, Any], lab: str, student: str, timestamp: datetime | None, policy: Policy) -> float:
    """Return by how many seconds it was handed in too late."""
    noted, extension, due = known
    if lab in policy.due:
        due, extension = naive(policy.deadline(lab)), policy.extension(lab, student)
    timestamp = timestamp or noted
    if not (timestamp and due):
        return 0.0
    return max(0.0, (timestamp - due - (extension or timedelta())).total_seconds())


def _penalty(book: Gradebook | None, student: str, standing: Standing, policy: Policy) -> float:
    if book:
        return book.penalty(student, standing.score, standing.late)
    return policy.late.penalty(standing.score, standing.late) if policy.late and standing.late else 0.0


def _time(said: str) -> datetime | None:
    try:
        time: datetime | None = parse_utc(said or None)
    except (ValueError, OverflowError):
        return None
    return time
