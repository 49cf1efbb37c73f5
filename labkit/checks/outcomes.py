"""Turns what happened to a check into a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from labkit.checks.api import Mismatch, Overdue, Raised
from labkit.text import one_line
from labkit.verdict import SKIPPED, CheckResult, Outcome

if TYPE_CHECKING:
    from labkit.mutation.mutant import Mutant


def mutant(item: pytest.Item) -> Mutant | None:
    """The broken API that a check is about, if it is about one."""
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return params.get("mutant")


def result(item: pytest.Item, problem: BaseException | None, *, hidden: bool) -> CheckResult:
    """Return what a check came to that raised this, or nothing.

    Raises:
        KeyboardInterrupt: the student interrupted it.
    """
    return _result(item, hidden, *_outcome(problem), getattr(problem, "remark", ""))


def skipped(item: pytest.Item, *, hidden: bool) -> CheckResult:
    """Return what is said of a check that was not run."""
    return _result(item, hidden, Outcome.NOT_ATTEMPTED, SKIPPED)


def _result(item: pytest.Item, hidden: bool, outcome: Outcome, message: str, remark: str = "") -> CheckResult:
    title = str(getattr(item, "obj", item).__doc__ or item.name).strip().splitlines()[0].rstrip(".")
    if found := mutant(item):
        title = title.format(mutant=found)
    weight = 0 if item.get_closest_marker("weightless") else 1
    return CheckResult(item.name, title, hidden, outcome, message, weight, remark)


def _outcome(problem: BaseException | None) -> tuple[Outcome, str]:
    match problem:
        case None:
            return Outcome.CORRECT, ""
        case Overdue() | TimeoutError():
            return Outcome.TIMEOUT, str(problem)
        case Raised():
            return Outcome.ERROR, str(problem)
        case Mismatch():
            return Outcome.INCORRECT, str(problem)
        case KeyboardInterrupt():
            raise problem
        case _:
            return Outcome.HELD, one_line(f"{type(problem).__name__}: {problem}", 200)
