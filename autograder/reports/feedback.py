"""The page that a student gets back: marks, what the checks said, what a human wrote, and the student's own code.

Of hidden checks it tells what Verdict.lines tells, which is their rationale.
"""

from __future__ import annotations

from functools import partial

from autograder.gradebook.marks import Standing
from autograder.judging.record import Record
from autograder.reports import pages
from labkit import course


def page(record: Record, standing: Standing) -> str:
    """Return a student's page for a lab."""
    lab = course.load().lab(record.lab or "")
    return pages.fill("feedback.html", lab=lab, record=record, standing=standing, by_hand=partial(_by_hand, standing))


def _by_hand(standing: Standing, exercise: str) -> bool:
    """Whether a human said something about an exercise."""
    return any(exercise in said for said in (standing.manual, standing.extra, standing.comments))
