"""Results as JSON, for other programs, and as a table, for people."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.judging.record import Record
from labkit import atomic
from labkit.verdict import Outcome, Verdict

FEW = 3
"""Up to this many submissions, the table is followed by what their failing checks say."""


def as_json(results: Iterable[Record]) -> str:
    """Return the results as JSON text."""
    return json.dumps({"results": [as_dict(result) for result in results]}, indent=1, ensure_ascii=False) + "\n"


def as_dict(result: Record) -> dict[str, Any]:
    """Return one result as plain data."""
    return {
        "source": result.source,
        "student": result.student,
        "lab": result.lab,
        "score": result.score,
        "max_score": result.max_score,
        "sandbox": result.sandbox,
        "incidents": list(result.incidents),
        "exercises": [_exercise(verdict) for verdict in result.verdicts],
    }


def write(results: Iterable[Record], path: Path) -> None:
    """Write the results as JSON, in one step: a reader never sees half of it."""
    atomic.write(path, as_json(results))


def show(results: Iterable[Record], console: Console) -> None:
    """Print a table for each lab, what failed where there are few submissions, and what was unusual."""
    results = list(results)
    for lab in dict.fromkeys(result.lab for result in results):
        _show_lab([result for result in results if result.lab == lab], console)
    if len(results) <= FEW:
        for line in _details(results):
            console.print(line, soft_wrap=True)
    for result in results:
        for incident in result.incidents:
            console.print(Text(f"{result.who}: {incident}"), soft_wrap=True)


def _show_lab(results: Sequence[Record], console: Console) -> None:
    """Print a row for each submission: its score, and one sign for each exercise. It fits 80 columns."""
    names = [verdict.exercise for verdict in results[0].verdicts]
    table = Table(title=results[0].lab or "lab unknown", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("submission", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    for number, _ in enumerate(names, 1):
        table.add_column(str(number), justify="center", no_wrap=True)
    for result in results:
        signs = [verdict.outcome.symbol for verdict in result.verdicts]
        table.add_row(Text(result.who), f"{result.score:g}/{result.max_score:g}", *signs)
    console.print(table)
    seen = {verdict.outcome for result in results for verdict in result.verdicts}
    legend = [f"{number} {name}" for number, name in enumerate(names, 1)]
    signs = [f"{outcome.symbol} {outcome.words}" for outcome in Outcome if outcome in seen]
    for line in [*_lines(legend, console.width), *_lines(signs, console.width)]:
        console.print(line, highlight=False)
    console.print()


def _lines(parts: Iterable[str], width: int) -> list[str]:
    """Arrange what belongs together in lines, without breaking it."""
    whole = "   ".join(part.replace(" ", "\0") for part in parts)
    return [line.replace("\0", " ") for line in textwrap.wrap(whole, width)]


def _details(results: Iterable[Record]) -> Iterator[Text]:
    """Yield what the exercises of submissions say that did not earn everything."""
    for result in results:
        failed = [verdict for verdict in result.verdicts if verdict.outcome is not Outcome.CORRECT]
        if failed:
            yield Text(result.who, style="bold")
            yield Text("\n".join(map(str, failed)) + "\n")


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
