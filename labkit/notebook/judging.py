"""Runs a student's checks: against the live server, or the module in a process of its own where they ask for that.

Where the module is a suite of tests, these are tried on the API that they are for, and on broken forms of it.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from labkit import sections
from labkit.checks import runner
from labkit.checks.api import Api
from labkit.checks.plugin import Plugin
from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.mutation.client import Chamber
from labkit.mutation.suite import Suite, target
from labkit.paths import Checks
from labkit.sandbox.setup import Setup
from labkit.verdict import CheckResult, Outcome, Verdict

LOCK = "rlimits"
"""How a student's own module is locked up."""


def results(
    checks: Checks, exercise: str, module: Module, live: Api, given: dict[str, Any], *, untouched: bool = False
) -> tuple[list[CheckResult], str | None]:
    """Run the checks of one exercise.

    Args:
        checks: where they stand.
        exercise: whose checks to run.
        module: the student's module, for checks that start it their own way.
        live: the client of the live server.
        given: the values of the given names, as the live server has them.
        untouched: nothing of it is written anywhere, so nothing is started for it.

    Returns:
        The results; and, where the module was started in a process of its own, why the exercise's section or all of it
        is not served there: the live server may have another model, or none.
    """

    def checked(run: Plugin) -> tuple[list[CheckResult], str | None]:
        if untouched and (run.setup is not None or run.values("TARGET")):
            return [CheckResult(exercise, "the section is written", False, Outcome.NOT_ATTEMPTED)], None
        if run.values("TARGET"):
            with contextlib.closing(Chamber(module.lab, module.text, LOCK)) as chamber:
                return run(exercise, live, given, trials=Suite(module, target(run), chamber)), None
        with contextlib.closing(Servers(module, LOCK)) as start:
            if run.setup is None:
                return run(exercise, live, given, start, module.beside), None
            server = start.of_the_lab(run.setup)
            problem = server.left_out.get(exercise, "") or server.problem
            return run(exercise, server.api, server.given, start, module.beside), problem

    return runner.with_checks(checks, checked)


def without(checks: Checks, verdict: Verdict, module: Module, section: str) -> Verdict:
    """Judge an exercise once more, in a process of its own that serves the module without one of its sections.

    It says whether that section is all that stands in the way, and is worth no points.
    """
    rest = replace(module, text=sections.without(module.text, [section]))

    def checked(run: Plugin) -> list[CheckResult]:
        if run.values("TARGET"):
            return []
        with contextlib.closing(Servers(rest, LOCK)) as start:
            server = start.of_the_lab(run.setup or Setup())
            return run(verdict.exercise, server.api, server.given, start, rest.beside)

    return replace(verdict, checks=runner.with_checks(checks, checked))
