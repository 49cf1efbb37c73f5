"""What to say about a class whose marks do not all come from the same submissions, checks and totals."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.grading.store import Store
from autograder.judging.record import Record
from autograder.lms.agreement import Agreement


def lost(now: Record, before: Record | None) -> str:
    """Say that a submission earns less than what was recorded before it; empty if it does not."""
    if before is None or before.score <= now.score:
        return ""
    return (
        f"It earns {now.score:g} of {now.max_score:g} points; what was graded before earned {before.score:g} of "
        f"{before.max_score:g}. It was handed in anew, or is judged by other checks."
    )


def remarks(course: Path, memory: Store, agreed: Agreement) -> list[str]:
    """Return what there is to say about a class, one line each.

    Args:
        course: the course directory.
        memory: what is known of it.
        agreed: what holds for it.
    """
    written = memory.written()
    folders = (path for path in (course / "submitted").glob("*/*") if path.is_dir())
    there = {(path.name, os.fsencode(path.parent.name).decode("utf-8", "replace")) for path in folders}
    known = memory.results(key for key, _ in written.values())
    gone = (_gone(*place) for place in sorted(written.keys() - there))
    return [*gone, *_totals(known.values()), *agreed.remarks({student for _, student in written.keys() | there})]


def _gone(lab: str, student: str) -> str:
    return f"{student}: nothing lies under submitted/{student}/{lab} any more; the mark in the gradebook stays."


def _totals(known: Iterable[Record]) -> Iterator[str]:
    """Say where marks of one lab are out of different totals."""
    totals: dict[str, dict[float, list[str]]] = {}
    for record in known:
        if record.verdicts:
            totals.setdefault(record.lab or "", {}).setdefault(record.max_score, []).append(record.who)
    for lab, found in sorted(totals.items()):
        if len(found) > 1:
            parts = [f"{len(who)} out of {total:g}" for total, who in sorted(found.items())]
            yield f"{lab}: marks are {' and '.join(parts)} points. Grade the whole class: python -m autograder grade."
