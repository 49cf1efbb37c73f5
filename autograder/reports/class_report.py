"""The report on a class: one page with marks, exercises, what fails most, incidents and times, for each lab."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from autograder.gradebook.marks import Graded, Standing
from autograder.policy.totals import Total
from autograder.reports import pages
from autograder.reports.item_analysis import discrimination, facility
from autograder.reports.pages import share
from labkit.course import Exercise, Lab
from labkit.verdict import CheckResult, Outcome

BARS = 10
"""The bars of the distribution of marks."""
MOST = 15
"""How many failing checks are listed."""
_LINE = re.compile(r"(labs/\w+\.py):\d+")

Fact = tuple[str, str]


@dataclass(frozen=True)
class Student:
    """Somebody in the gradebook.

    Attributes:
        id: as it stands in the gradebook.
        name: first and last name, as far as they are known.
        marks: what each lab is worth, in the order of the labs; None where nothing was handed in.
        counted: whether each of them counts.
        earned: the labs that count, together.
    """

    id: str
    name: str = ""
    marks: Sequence[float | None] = ()
    counted: Sequence[bool] = ()
    earned: Total | None = None

    @property
    def called(self) -> str:
        """The student in one line."""
        return f"{self.name} ({self.id})" if self.name else self.id

    @property
    def total(self) -> float:
        """The points of all labs that count, together."""
        return self.earned.points if self.earned else round(sum(mark or 0.0 for mark in self.marks), 2)


@dataclass(frozen=True)
class Class:
    """What a class handed in for one lab, and what it came to; the template asks for the rest."""

    lab: Lab
    graded: Sequence[Graded]
    students: Sequence[Student] = ()

    @property
    def missing(self) -> list[str]:
        """The students who have not handed it in, by name."""
        there = {record.student for record, _ in self.graded}
        return [student.called for student in self.students if student.id not in there]

    @property
    def facts(self) -> list[Fact]:
        """The class in a few numbers."""
        scores = self._scores()
        spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
        full = sum(score >= self.lab.points for score in scores)
        return [
            (str(len(scores)), "submissions"),
            (f"{statistics.fmean(scores):.1f}", f"mean, of {self.lab.points:g}"),
            (f"{statistics.median(scores):g}", "median"),
            (f"{spread:.1f}", "standard deviation"),
            (str(full), "with all points"),
        ]

    @property
    def marks(self) -> list[dict[str, Any]]:
        """The distribution of marks, as bars."""
        counts = Counter(min(BARS - 1, int(BARS * score / self.lab.points)) for score in self._scores())
        width, highest = 100 // BARS, max(counts.values())
        return [
            {
                "from": bar * width,
                "to": (bar + 1) * width,
                "count": counts[bar],
                "height": 85 * counts[bar] / highest,
            }
            for bar in range(BARS)
        ]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The exercises: how hard they are, whether they discriminate, and how they ended."""
        return [self._item(exercise) for exercise in self.lab.exercises]

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The checks that fail most, each with the message it says most often."""
        failed: dict[tuple[str, str], list[CheckResult]] = defaultdict(list)
        for exercise, check in self._failing():
            failed[exercise, check.name].append(check)
        often = sorted(failed.items(), key=lambda item: -len(item[1]))[:MOST]
        return [_failure(exercise, checks) for (exercise, _), checks in often]

    @property
    def incidents(self) -> list[Fact]:
        """Who and what was unusual."""
        return [(record.who, incident) for record, _ in self.graded for incident in record.incidents]

    @property
    def times(self) -> list[Fact]:
        """How long judging took."""
        seconds = sorted(record.seconds for record, _ in self.graded)
        slowest = max(self.graded, key=lambda one: one[0].seconds)[0].who
        return [
            (f"{statistics.median(seconds):.2f} s", "median"),
            (f"{seconds[int(0.95 * (len(seconds) - 1))]:.2f} s", "95 of 100 take no longer"),
            (f"{seconds[-1]:.2f} s", f"longest, {slowest}"),
            (f"{sum(seconds):.0f} s", "all together, on one processor"),
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The submissions."""
        called = {student.id: student.called for student in self.students}
        return [
            {
                "who": called.get(record.student or "", record.who),
                "page": f"feedback/{quote(record.student or '')}/{self.lab.id}/{self.lab.id}.html",
                "score": f"{standing.score:g}",
                "verdicts": record.verdicts,
                "seconds": f"{record.seconds:.2f}",
            }
            for record, standing in self.graded
        ]

    def _item(self, exercise: Exercise) -> dict[str, Any]:
        points = [standing.points(exercise.id) for _, standing in self.graded]
        totals = [sum(standing.points(other.id) for other in self.lab.exercises) for _, standing in self.graded]
        outcomes = Counter(v.outcome for record, _ in self.graded for v in record.verdicts if v.exercise == exercise.id)
        tells = discrimination(points, totals)
        return {
            "id": exercise.id,
            "title": exercise.title,
            "percent": share(facility(points, exercise.points), 1),
            "discrimination": "–" if tells is None else f"{tells:.2f}",
            "parts": [{"outcome": outcome, "count": outcomes[outcome]} for outcome in Outcome if outcomes[outcome]],
        }

    def _failing(self) -> Iterator[tuple[str, CheckResult]]:
        for record, _ in self.graded:
            for verdict in record.verdicts:
                if verdict.problem:
                    yield (
                        verdict.exercise,
                        CheckResult("", "the section is not served", False, Outcome.ERROR, verdict.problem),
                    )
                elif verdict.outcome is not Outcome.NOT_ATTEMPTED:
                    fine = (Outcome.CORRECT, Outcome.NOT_ATTEMPTED)  # the latter wait for one that fails
                    yield from ((verdict.exercise, check) for check in verdict.checks if check.outcome not in fine)

    def _scores(self) -> list[float]:
        return [standing.score for _, standing in self.graded]


def students(
    names: Iterable[tuple[str, str, str, str]],
    labs: Mapping[str, Mapping[str, Standing]],
    totals: Mapping[str, Total] | None = None,
) -> list[Student]:
    """Return everybody in the gradebook.

    Args:
        names: id, last name, first name and e-mail address of each.
        labs: what the gradebook says of each lab, by student.
        totals: what the labs of each student come to; by default all of them count.
    """
    found = []
    for identity, last, first, _ in names:
        standings = [standing.get(identity) for standing in labs.values()]
        marks = [standing.score if standing else None for standing in standings]
        earned = totals.get(identity) if totals else None
        counted = [earned is None or lab in earned.counted for lab in labs]
        found.append(Student(identity, f"{first} {last}".strip(), marks, counted, earned))
    return found


def page(
    title: str,
    classes: Iterable[Class],
    everybody: Sequence[Student] = (),
    remarks: Sequence[str] = (),
    agreed: Sequence[str] = (),
    chooses: bool = False,
) -> str:
    """Return the report.

    Args:
        title: the course's.
        classes: its labs, and what was handed in for each.
        everybody: all students.
        remarks: what is to be said about the class as a whole.
        agreed: what holds for the class, one sentence each.
        chooses: whether not all labs count for everybody.
    """
    written = datetime.now().astimezone().strftime("%-d %B %Y, %H:%M %Z")
    return pages.fill(
        "report.html",
        title=title,
        written=written,
        classes=list(classes),
        students=everybody,
        remarks=remarks,
        agreed=agreed,
        chooses=chooses,
        outcomes=list(Outcome),
    )


def _failure(exercise: str, checks: list[CheckResult]) -> dict[str, Any]:
    [(message, times)] = Counter(_LINE.sub(r"\1", check.message) for check in checks).most_common(1)
    [(outcome, _)] = Counter(check.outcome for check in checks).most_common(1)
    first = checks[0]
    return {
        "count": len(checks),
        "exercise": exercise,
        "title": first.title,
        "hidden": first.hidden,
        "outcome": outcome,
        "message": message,
        "times": times,
    }
