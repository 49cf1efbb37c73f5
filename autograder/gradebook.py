"""Reads nbgrader's gradebook and writes it down as grades.csv: one row for each student and lab."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIRST = ["student_id", "assignment", "timestamp", "score", "max_score"]


def export(url: str, path: Path) -> None:
    """Write grades.csv. Marks of a human are in it, and students who handed nothing in have a row with 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own, of its database layer
        rows = list(_rows(url))
    exercises = dict.fromkeys(name for row in rows for name in row if name not in FIRST)
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*FIRST, *exercises], restval="")
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(path)


def _rows(url: str) -> Iterator[dict[str, Any]]:
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(url) as gradebook:
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                row = {"student_id": student.id, "assignment": assignment.name, "max_score": assignment.max_score}
                try:
                    handed_in = gradebook.find_submission(assignment.name, student.id)
                except MissingEntry:
                    yield row | {"timestamp": "", "score": 0.0}
                    continue
                grades = [grade for book in handed_in.notebooks for grade in book.grades]
                points = {grade.name.removeprefix("check-"): grade.score for grade in grades}
                score = max(0.0, handed_in.score - handed_in.late_submission_penalty)
                yield row | points | {"timestamp": handed_in.timestamp or "", "score": round(score, 2)}
