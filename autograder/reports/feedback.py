"""The page that a student gets back: marks, what the checks said, what a human wrote, and the student's own code.

Of hidden checks it tells what Verdict.lines tells, which is their rationale.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from autograder.gradebook.marks import Standing
from autograder.judging.record import Record
from autograder.reports import pages
from labkit import course


def page(record: Record, standing: Standing, history: Sequence[tuple[str, str]] = ()) -> str:
    """Return a student's page for a lab.

    Args:
        record: what it came to.
        standing: what counts of that.
        history: when the mark was changed, and how, from the first on.
    """
    lab = course.load().lab(record.lab or "")
    return pages.fill(
        "feedback.html", lab=lab, record=record, standing=standing, by_hand=partial(_by_hand, standing), history=history
    )


def _by_hand(standing: Standing, exercise: str) -> bool:
    """Whether a human said something about an exercise."""
    return any(exercise in said for said in (standing.manual, standing.extra, standing.comments))
