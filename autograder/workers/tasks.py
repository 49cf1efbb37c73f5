"""What goes to a worker and what comes back. Nothing heavy is loaded here: who gives out work needs no judge."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.judging.record import Record
from autograder.submissions.collect import Content
from labkit import course
from labkit.verdict import CheckResult, Outcome, Verdict

WORK = "autograder.workers.work:work"
"""The function that takes Work and returns Done."""
TIER = "autograder.workers.work:tier"
"""The function that takes None and returns the name of the sandbox."""
JUDGE = "autograder.judging.judge:judge"
"""The function that takes a submission and returns its result."""


@dataclass(frozen=True)
class Work:
    """A submission to work on.

    Attributes:
        content: what was handed in.
        known: what it came to, where that is known already.
        readable: whether its notebook may be opened; not one that has taken a worker down.
    """

    content: Content
    known: Record | None = None
    readable: bool = True


@dataclass(frozen=True)
class Done:
    """What a worker hands back.

    Attributes:
        record: what the submission came to.
        notebook: the student's notebook with the verdicts in it, as it goes into autograded/.
        untouched: for each section in the notebook, whether it is still as it was given.
    """

    record: Record
    notebook: str
    untouched: dict[str, bool]


def given_up(content: Content, reason: str) -> Record:
    """Return the result of a submission that cannot be judged, by no fault of the student's: a human has to."""
    lab = course.load().lab(content.lab)
    message = f"The judge failed: {reason}."
    broken = CheckResult("judge", "the submission is judged", False, Outcome.CHECKER_ERROR, message)
    verdicts = tuple(Verdict(e.id, e.title, e.points, (broken,), rationale=e.hidden) for e in lab.exercises)
    incident = f"The judge failed twice: {reason}. Mark it by hand, or run again with --force."
    return Record(str(content.path), content.student, lab.id, "none", 0.0, verdicts, (*content.notes, incident))
