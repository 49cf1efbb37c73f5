"""Writes grades.csv, which learning platforms import: one row for each student, one column for each lab.

Moodle, Canvas and their like take a table with a row for each student, a column that says who it is, and a column for
each assignment. The marks are those that count: a human's before the judge's, less what was lost by being late. A lab
that was not handed in is left empty, so that the platform's own rule for missing work applies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.gradebook.marks import Standing
from autograder.lms import table
from autograder.policy.totals import Total
from labkit import atomic

TOGETHER = ["total", "percent"]
FIRST = ["student_id", "last_name", "first_name", "email"]


def export(
    path: Path,
    students: Sequence[tuple[str, str, str, str]],
    labs: Mapping[str, Mapping[str, Standing]],
    totals: Mapping[str, Total] | None = None,
) -> None:
    """Write grades.csv, in one step: a reader never sees half of it.

    Args:
        path: the file.
        students: id, last name, first name and e-mail address of each.
        labs: what the gradebook says of each lab, by student.
        totals: what the labs of each come to, where not all of them count.
    """
    rows: list[list[object]] = [[*FIRST, *labs, *(TOGETHER if totals else [])]]
    for student in students:
        standings = [standing.get(student[0]) for standing in labs.values()]
        together = _together(totals[student[0]]) if totals else []
        rows.append([*map(table.plain, student), *(one.score if one else "" for one in standings), *together])
    atomic.write(path, table.written(rows))


def _together(total: Total) -> list[object]:
    return [total.points, "" if total.percent is None else total.percent]
