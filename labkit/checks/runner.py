"""Runs checks with pytest, in this process, and turns what happens into results.

pytest runs warm and bare (no plugins but its core), so a verdict takes hundredths of a second.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from greenlet import getcurrent, greenlet

from labkit.checks.api import SECONDS, Api
from labkit.checks.plugin import Plugin
from labkit.module.time_limit import TimeLimit
from labkit.paths import NO_CONFIG, Checks
from labkit.sandbox.patience import patience
from labkit.verdict import CheckResult, Outcome

T = TypeVar("T")

_BARE = [
    "--disable-plugin-autoload",
    "--noconftest",
    "--import-mode=importlib",
    "--assert=plain",  # rewriting makes a syntax tree, which a server that logs a traceback may spoil (labkit.syntax)
    "--continue-on-collection-errors",
    "--capture=no",
    "--override-ini=addopts=",
    "--override-ini=filterwarnings=",
    "--override-ini=python_functions=test_*",
    *(f"-pno:{name}" for name in ("terminal", "cacheprovider", "warnings", "logging", "faulthandler")),
    *(f"-pno:{name}" for name in ("unraisableexception", "threadexception", "junitxml", "pastebin", "debugging")),
]


def run(
    checks: Checks, exercise: str, api: Api, given: dict[str, Any], seconds: float = 4 * SECONDS
) -> list[CheckResult]:
    """Run the checks of one exercise against a server.

    Args:
        checks: where they stand.
        exercise: whose checks to run.
        api: the client of the server they ask.
        given: the values of the module's given names, for the fixture `given`.
        seconds: how long one check may take in all.

    Returns:
        A result for each check, in the order of the files; those behind a first one that failed are skipped. A check
        file that cannot be read is one checker_error.

    Raises:
        KeyboardInterrupt: the student interrupted it.
    """
    return with_checks(checks, lambda run: run(exercise, api, given), seconds)


def with_checks(checks: Checks, work: Callable[[Plugin], T], seconds: float = 4 * SECONDS) -> T:
    """Read the checks once, then do work that runs them, exercise by exercise.

    Args:
        checks: where they stand.
        work: is called with what runs the checks of an exercise; each check starts afresh, with its own fixtures.
        seconds: how long one check may take in all.

    Returns:
        What `work` returned.
    """
    with contextlib.closing(Reading(checks, seconds)) as reading:
        return work(reading.run)


class Reading:
    """Checks that were read by pytest, to be run as often as one likes, in the thread that has read them.

    pytest goes no further than to where it would run its tests, and waits there in a greenlet of its own until this is
    closed: to begin and end it takes a quarter of the time of all checks of a lab.

    Attributes:
        run: runs the checks of one exercise.
    """

    def __init__(self, checks: Checks, seconds: float = 4 * SECONDS) -> None:
        """Read the checks.

        Args:
            checks: where they stand.
            seconds: how long one check may take in all; where all of an exercise may take longer, half of that.

        Raises:
            KeyboardInterrupt: the student interrupted it.
        """
        # pytest names a file after its place below rootdir: the name must not be that of the student's module.
        where = [f"--rootdir={checks.visible.parent.parent}", f"--config-file={NO_CONFIG}", *map(str, checks.files)]
        self.run = Plugin(checks.hidden, self._wait)
        limit = TimeLimit(lambda: patience(max(seconds, (self.run.longest or 0) / 2)), "the check")
        self._pytest = greenlet(lambda: pytest.main([*_BARE, *where], plugins=[self.run, limit]))
        with _alone(checks.files):
            status = self._pytest.switch()
        if status == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if self._pytest.dead:
            why = "pytest ended by itself"
            self.run.broken.append(CheckResult("collection", "the checks run", False, Outcome.CHECKER_ERROR, why))

    def close(self) -> None:
        """Let pytest come to its end."""
        if not self._pytest.dead:
            self._pytest.parent = getcurrent()
            self._pytest.switch()

    def _wait(self) -> None:
        assert self._pytest.parent is not None
        self._pytest.parent.switch()


@contextlib.contextmanager
def _alone(files: list[Path]) -> Iterator[None]:
    """Read without pytest's environment variables, and leave none of its modules, so that the next one reads anew."""
    taken = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    names = set(map(str, files))
    try:
        yield
    finally:
        os.environ.update(taken)
        for name in [name for name, module in list(sys.modules.items()) if getattr(module, "__file__", None) in names]:
            del sys.modules[name]
