"""Writes grades.csv, which learning platforms import: one row for each student, one column for each lab.

Moodle, Canvas and their like take a table with a row for each student, a column that says who it is, and a column for
each assignment. The marks are those that count: a human's before the judge's, less what was lost by being late. A lab
that was not handed in is left empty, so that the platform's own rule for missing work applies.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.gradebook.marks import Standing
from labkit import atomic

FIRST = ["student_id", "last_name", "first_name", "email"]


def export(
    path: Path, students: Sequence[tuple[str, str, str, str]], labs: Mapping[str, Mapping[str, Standing]]
) -> None:
    """Write grades.csv, in one step: a reader never sees half of it."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([*FIRST, *labs])
    for student in students:
        standings = [standing.get(student[0]) for standing in labs.values()]
        writer.writerow([*map(_plain, student), *(one.score if one else "" for one in standings)])
    atomic.write(path, table.getvalue())


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
