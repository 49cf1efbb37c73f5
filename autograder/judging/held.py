"""Settles what becomes of checks that raised something that no check should raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labkit.verdict import Outcome, Verdict


def settled(verdicts: Sequence[Verdict], of_solution: Sequence[Verdict]) -> tuple[tuple[Verdict, ...], list[str]]:
    """Hold each check that raised against the same check on the reference solution.

    Where it raises there as well the check is broken, and the student loses nothing. Where it does not, what the
    student's server sent has to do with it: the exercise stays held until a human has marked it.

    Args:
        verdicts: what the student's exercises came to.
        of_solution: what those of the reference solution came to, a moment later in this process.

    Returns:
        The verdicts, and what is to be said about them, one line each.
    """
    broken = {
        (verdict.exercise, check.name)
        for verdict in of_solution
        for check in verdict.checks
        if check.outcome is Outcome.HELD
    }
    found = tuple(
        replace(
            verdict,
            checks=tuple(
                replace(check, outcome=Outcome.CHECKER_ERROR)
                if check.outcome is Outcome.HELD and (verdict.exercise, check.name) in broken
                else check
                for check in verdict.checks
            ),
        )
        for verdict in verdicts
    )
    return found, [_said(verdict) for verdict in found if verdict.outcome is Outcome.HELD]


def _said(verdict: Verdict) -> str:
    check = next(check for check in verdict.checks if check.outcome is Outcome.HELD)
    name = "a check of the grader's own" if check.hidden else check.name
    return (
        f"{verdict.exercise} is held back: {name} failed by itself on what this server sent, and not on the solution. "
        "Look at the code, and mark the exercise by hand."
    )
