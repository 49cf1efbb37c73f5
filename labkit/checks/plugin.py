"""The pytest plugin that runs checks exercise by exercise, hands them the server, and keeps what they came to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest

from labkit.checks import outcomes
from labkit.checks.api import Api, Mismatch
from labkit.checks.running import Start
from labkit.sandbox.setup import Setup
from labkit.verdict import CheckResult, Outcome, earns_nothing

if TYPE_CHECKING:
    from labkit.mutation.mutant import Mutant
    from labkit.mutation.result import Tried

SERVER = "SERVER"
"""What a file of visible checks calls the way in which its lab's server is started."""
LONGEST = "LONGEST"
"""What it calls the seconds that the checks of one exercise may take together, where that is longer than usual."""

Try = Callable[[str, "list[Mutant]"], "Tried"]
"""Tries a student's tests of an exercise on broken APIs; labkit.mutation.suite.Suite does."""


class Plugin:
    """Reads all checks, runs those of one exercise at a time, hands them the server, and keeps what they came to.

    Attributes:
        setup: how the checks want the lab's server started; None if any will do, as the live one.
        longest: how many seconds the checks of one exercise may take together; None for the usual.
        broken: what is wrong with the files of checks themselves.
    """

    def __init__(self, hidden: Path | None, ready: Callable[[], None]) -> None:
        """Run nothing yet.

        Args:
            hidden: the file whose checks are hidden.
            ready: is called when the checks are read; pytest goes on to its end when this returns.
        """
        self.broken: list[CheckResult] = []
        self._hidden, self._ready = hidden, ready
        self._items: list[pytest.Item] = []
        self._results: list[CheckResult] = []
        self._exercise = ""
        self._api: Api | None = None
        self._given: dict[str, Any] = {}
        self._start: Start | None = None
        self._beside: dict[str, str] = {}
        self._tried: Tried | None = None
        self.setup: Setup | None = None
        self.longest: float | None = None

    def __call__(
        self,
        exercise: str,
        api: Api,
        given: dict[str, Any],
        start: Start | None = None,
        beside: Mapping[str, str] | None = None,
        trials: Try | None = None,
    ) -> list[CheckResult]:
        """Run the checks of one exercise; once the first one has failed the others, which cannot earn, are skipped.

        Each check starts afresh: nothing that was set up for it is kept for a next one, which may be skipped.

        Args:
            exercise: whose checks to run.
            api: the client of the server they ask.
            given: the values of the module's given names.
            start: starts the student's module in another way.
            beside: the files beside the student's module, by their names.
            trials: tries the student's tests, where the lab is about tests.

        Returns:
            A result for each check of the exercise.
        """
        self._results, self._api, self._given, self._start = [*self.broken], api, given, start
        self._exercise = exercise
        self._beside = dict(beside or {})
        chosen = [item for item in self._items if any(exercise in mark.args for mark in item.iter_markers("exercise"))]
        self._tried = (
            trials(exercise, [found for item in chosen if (found := outcomes.mutant(item))]) if trials else None
        )
        for item in chosen:
            if earns_nothing(self._results):
                self._results.append(outcomes.skipped(item, hidden=item.path == self._hidden))
            else:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._results

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Say that the checks are read, in place of running all of them."""
        self._items = session.items
        self.setup = next(iter(self.values(SERVER)), None)
        self.longest = next(iter(self.values(LONGEST)), None)
        self._ready()
        return True

    def values(self, name: str) -> list[Any]:
        """Return what the files of checks call by this name, the visible file's first."""
        modules = dict.fromkeys(module.obj for item in self._items if (module := item.getparent(pytest.Module)))
        return [getattr(module, name) for module in modules if hasattr(module, name)]

    @pytest.fixture
    def api(self) -> Api | None:
        """A client of the student's server."""
        return self._api

    @pytest.fixture
    def start(self) -> Start | None:
        """Starts the student's module in another way; see labkit.sandbox.setup."""
        return self._start

    @pytest.fixture
    def tried(self) -> Tried | None:
        """What the student's tests of the exercise came to, where the lab is about tests; see labkit.mutation."""
        return self._tried

    @pytest.fixture
    def beside(self) -> dict[str, str]:
        """The files beside the student's module, by their names."""
        return self._beside

    @pytest.fixture
    def given(self) -> dict[str, Any]:
        """The values of the names that the lab's first section gives."""
        return self._given

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marks of labkit.checks.api known."""
        config.addinivalue_line("markers", "exercise(name): the exercise a check belongs to")
        config.addinivalue_line("markers", "weightless: a check that carries no share of the points")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Keep what is wrong with a file of checks; of a hidden one only that something is."""
        report = yield
        if report.failed:
            hidden = collector.path == self._hidden
            message = "its check file cannot be read" if hidden else str(report.longrepr).strip().splitlines()[-1]
            self.broken.append(CheckResult("collection", "the checks load", hidden, Outcome.CHECKER_ERROR, message))
        return report

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the result. The report is bare: pytest's own would format a traceback that nobody reads."""
        if call.when == "call" or call.excinfo is not None:
            problem = call.excinfo.value if call.excinfo else None
            if isinstance(problem, Mismatch) and self._api and self._api.foundation:
                problem.advice = self._api.foundation.advice(self._exercise, problem) or problem.advice
            self._results.append(outcomes.result(item, problem, hidden=item.path == self._hidden))
        ended: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        when = cast(Literal["setup", "call", "teardown"], call.when)
        return pytest.TestReport(item.nodeid, item.location, {}, ended, None, when)
