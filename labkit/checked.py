"""Runs a student's checks: against the live server, or the module in a process of its own where they ask for that."""

from __future__ import annotations

import contextlib
from typing import Any

from labkit import runner
from labkit.checking import Api
from labkit.runner import Checks, Run
from labkit.sandbox import Module
from labkit.servers import Servers
from labkit.verdict import CheckResult

LOCK = "rlimits"
"""How a student's own module is locked up."""


def results(checks: Checks, exercise: str, module: Module, live: Api, given: dict[str, Any]) -> list[CheckResult]:
    """Run the checks of one exercise.

    Args:
        checks: where they stand.
        exercise: whose checks to run.
        module: the student's module, for checks that start it their own way.
        live: the client of the live server.
        given: the values of the given names, as the live server has them.
    """

    def checked(run: Run) -> list[CheckResult]:
        with contextlib.closing(Servers(module, LOCK)) as start:
            if run.setup is None:
                return run(exercise, live, given, start, module.beside)
            server = start(run.setup)
            return run(exercise, server.api, server.given, start, module.beside)

    return runner.with_checks(checks, checked)
