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

from autograder.gradebook.marks import Graded, Standing
from autograder.judging import confinement
from autograder.judging.record import Record
from labkit import atomic
from labkit.verdict import Outcome, Verdict

FEW = 3
"""Up to this many submissions, the table is followed by what their failing checks say."""
BY_HAND, LATE = "*", "-"
"""The signs of a mark that a human gave, and of one that lost something by being late."""


def as_json(results: Iterable[Graded]) -> str:
    """Return the results as JSON text."""
    return json.dumps({"results": [as_dict(*graded) for graded in results]}, indent=1, ensure_ascii=False) + "\n"


def as_dict(result: Record, standing: Standing) -> dict[str, Any]:
    """Return one result as plain data: the score is what counts, after a human's marks and what lateness costs."""
    return {
        "source": result.source,
        "student": result.student,
        "lab": result.lab,
        "score": standing.score,
        "judged": result.score,
        "penalty": standing.penalty,
        "max_score": result.max_score,
        "sandbox": result.sandbox,
        "incidents": list(result.incidents),
        "exercises": [_exercise(verdict, standing) for verdict in result.verdicts],
    }


def write(results: Iterable[Graded], path: Path) -> None:
    """Write the results as JSON, in one step: a reader never sees half of it."""
    atomic.write(path, as_json(results))


def show(results: Iterable[Graded], console: Console) -> None:
    """Print a table for each lab, what failed where there are few submissions, and what was unusual."""
    results = list(results)
    for lab in dict.fromkeys(result.lab for result, _ in results):
        _show_lab([graded for graded in results if graded[0].lab == lab], console)
    if len(results) <= FEW:
        for line in _details(result for result, _ in results):
            console.print(line, soft_wrap=True)
    for result, _ in results:
        for incident in result.incidents:
            console.print(Text(f"{result.who}: {incident}"), soft_wrap=True)
    for opening in confinement.openings(result.sandbox for result, _ in results):
        console.print(Text(opening))


def _show_lab(results: Sequence[Graded], console: Console) -> None:
    """Print a row for each submission: its score, and one sign for each exercise. It fits 80 columns."""
    names = [verdict.exercise for verdict in results[0][0].verdicts]
    table = Table(title=results[0][0].lab or "lab unknown", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("submission", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    for number, _ in enumerate(names, 1):
        table.add_column(str(number), justify="center", no_wrap=True)
    for result, standing in results:
        signs = [_sign(verdict, standing) for verdict in result.verdicts]
        table.add_row(Text(result.who), f"{standing.score:g}/{result.max_score:g}{_late(standing)}", *signs)
    console.print(table)
    seen = {verdict.outcome for result, _ in results for verdict in result.verdicts}
    legend = [f"{number} {name}" for number, name in enumerate(names, 1)]
    signs = [f"{outcome.symbol} {outcome.words}" for outcome in Outcome if outcome in seen]
    signs += [f"{BY_HAND} marked by hand"] if any(_by_hand(*graded) for graded in results) else []
    signs += [f"{LATE} handed in late"] if any(standing.penalty for _, standing in results) else []
    for line in [*_lines(legend, console.width), *_lines(signs, console.width)]:
        console.print(line, highlight=False)
    console.print()


def _sign(verdict: Verdict, standing: Standing) -> str:
    by_hand = verdict.exercise in standing.manual or verdict.exercise in standing.extra
    return f"{verdict.outcome.symbol}{BY_HAND if by_hand else ''}"


def _late(standing: Standing) -> str:
    return f" {LATE}" if standing.penalty else ""


def _by_hand(result: Record, standing: Standing) -> bool:
    return any(BY_HAND in _sign(verdict, standing) for verdict in result.verdicts)


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


def _exercise(verdict: Verdict, standing: Standing) -> dict[str, Any]:
    checks = [
        {"name": check.name, "hidden": check.hidden, "outcome": check.outcome.value, "message": check.message}
        for check in verdict.checks
    ]
    return {
        "id": verdict.exercise,
        "points": standing.points(verdict.exercise),
        "judged": verdict.points,
        "max_points": verdict.max_points,
        "outcome": verdict.outcome.value,
        "checks": checks,
    }
