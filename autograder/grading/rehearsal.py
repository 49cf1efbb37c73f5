"""Says whose mark a run would change, by how much and why, without writing one.

Submissions are judged as a run judges them, and results are kept, so that the run after it need not judge them again.
Gradebook, autograded/, feedback/, grades.csv, report and the log of marks stay as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.audit import basis
from autograder.audit.basis import Basis
from autograder.grading import built
from autograder.grading.entry import Entry
from autograder.grading.progress import Watch
from autograder.grading.run import Wish, prepared
from autograder.grading.store import Store, judged_by
from autograder.judging.record import Record
from autograder.lms import agreement
from autograder.policy.rules import Policy
from autograder.workers.pool import Failed, Judges
from autograder.workers.tasks import WORK, Work
from labkit import course as courses
from labkit.course import Lab

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook


@dataclass(frozen=True)
class Forecast:
    """What a run would make of a mark.

    Attributes:
        lab: the lab.
        student: whose mark.
        before: the mark that stands; None where there is none.
        after: the mark that would be.
        of: what could be earned then.
        reasons: why it would be another, one line each.
        kept: where the mark of a human stays though the checks say something else, one line each.
    """

    lab: str
    student: str
    before: float | None
    after: float
    of: float
    reasons: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the mark would be another, or its first."""
        return self.before is None or self.before != self.after


@dataclass(frozen=True)
class Rehearsal:
    """What a run would do.

    Attributes:
        forecasts: one for each submission.
        failed: the submissions that could not be judged, and why, one line each.
    """

    forecasts: list[Forecast]
    failed: list[str]


def rehearse(course: Path, wish: Wish, watch: Watch) -> Rehearsal:
    """Say what `grade` would do to the marks.

    Raises:
        CourseError, RosterError, NothingToGrade, Unavailable, NoGradebook: as `grade` does.
    """
    built.require()
    agreed = agreement.load(course)
    with prepared(course, wish, watch) as (memory, judges, _, found):
        failed = _judge(memory, judges, found, watch)
        with watch.phase("gradebook"), _gradebook(course, agreed.policy) as book:
            forecasts = [*_forecasts(book, memory, found, agreed.policy)]
    return Rehearsal(forecasts, failed)


def _judge(memory: Store, judges: Judges, found: list[Entry], watch: Watch) -> list[str]:
    """Judge what has no result yet; return what could not be judged, one line each."""
    todo = [entry for entry in found if entry.result is None]
    recorded = memory.results(entry.key for entry in todo)  # with --force; what is on record is not replaced
    failed = []
    with watch.judging(len(todo), len(found) - len(todo)):
        works = (Work(entry.handed_in.load()) for entry in todo)
        for number, answer in watch.waited("judge", judges.run(WORK, works)):
            entry = todo[number]
            if isinstance(answer, Failed):
                failed.append(f"{entry.handed_in.student}, {entry.handed_in.lab}: the judge failed, {answer.reason}")
                continue
            entry.result = answer.record
            if entry.key not in recorded:
                memory.keep(entry.key, answer.record)
            watch.judged()
    return failed


def _forecasts(book: Gradebook | None, memory: Store, found: list[Entry], policy: Policy) -> Iterator[Forecast]:
    from autograder.gradebook.forecast import forecast

    hashes, written = memory.bases(), memory.written()
    known = memory.results(recorded for recorded, _ in written.values())
    for lab in courses.load().labs:
        of_lab = {one.handed_in.student: one for one in found if one.handed_in.lab == lab.id and one.result}
        if not of_lab:
            continue
        now = book.standings(lab.id) if book else {}
        then = forecast(
            book, lab.id, {who: (one.result, one.timestamp) for who, one in of_lab.items() if one.result}, policy
        )
        for student, entry in of_lab.items():
            after = Basis.of(then[student], _worth(entry.result), entry.submission, judged_by(lab.id))
            recorded = known.get(written.get((lab.id, student), ("", ""))[0], entry.result)
            rests = hashes.get((lab.id, student), ("", ""))
            before = Basis.of(now[student], _worth(recorded), *rests) if student in now else None
            yield _forecast(lab, student, before, after)


def _forecast(lab: Lab, student: str, before: Basis | None, after: Basis) -> Forecast:
    reasons, kept = basis.reasons(before, after, lab), basis.kept(before, after, lab)
    old = before.mark if before else None
    return Forecast(lab.id, student, old, after.mark, after.total, tuple(reasons), tuple(kept))


def _worth(record: Record | None) -> dict[str, float]:
    return {verdict.exercise: verdict.max_points for verdict in record.verdicts} if record else {}


@contextlib.contextmanager
def _gradebook(course: Path, policy: Policy) -> Iterator[Gradebook | None]:
    """Give the gradebook; None where there is none yet, since to open one makes it."""
    from autograder.gradebook import coursedir, gradebook  # loads nbgrader

    if not coursedir.has_gradebook(course):
        yield None
        return
    with gradebook.Gradebook(course, policy) as book:
        yield book
