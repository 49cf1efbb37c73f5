"""The words that a report may choose from: labs, exercises and checks of this course, with their titles."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from labkit import course
from labkit.classroom.wire import Report
from labkit.course import Lab
from labkit.paths import Workbook
from labkit.verdict import Outcome

NOT_SERVED = "the section is not served"
UNKNOWN = "a check that is not in this copy of the course"
_FIELD = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Vocabulary:
    """What can be reported.

    Attributes:
        labs: the labs by name, in the course's order.
        sentences: what each visible check tests, by lab and name.
    """

    labs: dict[str, Lab]
    sentences: dict[str, dict[str, str]]

    def knows(self, report: Report) -> bool:
        """Whether a report is about an exercise of this course."""
        lab = self.labs.get(report.lab)
        return lab is not None and any(exercise.id == report.exercise for exercise in lab.exercises)

    def check(self, report: Report) -> str:
        """Return the check that a report names, as this course knows it."""
        known = not report.check or report.check in self.sentences[report.lab]
        return report.check if known else "?"

    def sentence(self, lab: str, check: str, outcome: Outcome) -> str:
        """Return what a student reads of a check that failed."""
        if check:
            return self.sentences[lab].get(check, UNKNOWN)
        return NOT_SERVED if outcome is Outcome.ERROR else outcome.words


def load(home: Workbook) -> Vocabulary:
    """Read the course, and the first line of each visible check's docstring; no check is imported."""
    labs = {lab.id: lab for lab in course.load().labs}
    return Vocabulary(labs, {name: dict(_sentences(home.checks(name).visible.read_text("utf-8"))) for name in labs})


def _sentences(source: str) -> Iterable[tuple[str, str]]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            said = (ast.get_docstring(node) or node.name).splitlines()[0].rstrip(".")
            yield node.name, _FIELD.sub("…", said)
