"""Results as data, for other programs, and as a table, for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.judge import Result
from labkit.verdict import Verdict


def as_json(results: Iterable[Result]) -> str:
    """Return the results as JSON text."""
    return json.dumps({"results": [as_dict(result) for result in results]}, indent=1, ensure_ascii=False) + "\n"


def as_dict(result: Result) -> dict[str, Any]:
    """Return one result as plain data."""
    submission = result.submission
    return {
        "source": str(submission.source),
        "student": submission.student,
        "lab": _lab(result),
        "score": result.score,
        "max_score": result.max_score,
        "sandbox": result.sandbox,
        "incidents": list(result.incidents),
        "exercises": [_exercise(verdict) for verdict in result.verdicts],
    }


def write(results: Iterable[Result], path: Path) -> None:
    """Write the results as JSON, in one step: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(as_json(results), encoding="utf-8")
    draft.replace(path)


def show(results: Iterable[Result], console: Console) -> None:
    """Print a table with a line for each submission, then its incidents."""
    results = list(results)
    for lab in dict.fromkeys(_lab(result) for result in results):
        console.print(_table([result for result in results if _lab(result) == lab]))
    for result in results:
        for incident in result.incidents:
            console.print(Text(f"{_who(result)}: {incident}"), soft_wrap=True)


def _table(results: list[Result]) -> Table:
    lab = results[0].submission.lab
    table = Table(title=_lab(results[0]) or "lab unknown", title_justify="left", box=None, pad_edge=False)
    table.add_column("submission", overflow="fold", min_width=24)
    table.add_column("score", justify="right")
    for exercise in lab.exercises if lab else []:
        table.add_column(exercise.id, justify="right", overflow="fold")
    for result in results:
        marks = [f"{verdict.points:g} {verdict.outcome.symbol}" for verdict in result.verdicts]
        table.add_row(Text(_who(result)), f"{result.score:g}/{result.max_score:g}", *marks)
    return table


def _lab(result: Result) -> str | None:
    return result.submission.lab.id if result.submission.lab else None


def _who(result: Result) -> str:
    return result.submission.student or result.submission.source.name


def _exercise(verdict: Verdict) -> dict[str, Any]:
    checks = [
        {"name": check.name, "hidden": check.hidden, "outcome": check.outcome.value, "message": check.message}
        for check in verdict.checks
    ]
    return {
        "id": verdict.exercise,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "outcome": verdict.outcome.value,
        "checks": checks,
    }
