"""Runs checks with pytest, in this process, and turns what happens into results.

pytest runs warm and bare (no plugins but its core), so a verdict takes hundredths of a second.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, cast

import pytest

from labkit import outcomes
from labkit.checking import SECONDS, Api
from labkit.deadline import deadline
from labkit.starting import Setup, Start
from labkit.trials.tried import Tried
from labkit.trials.variants import Mutant
from labkit.verdict import CheckResult, Outcome

T = TypeVar("T")

SERVER = "SERVER"
"""What a file of visible checks calls the way in which its lab's server is started."""

Try = Callable[[str, list[Mutant]], Tried]
"""Tries a student's tests of an exercise on broken APIs; labkit.trials.suite.Suite does."""

_BARE = [
    "--disable-plugin-autoload",
    "--noconftest",
    "--import-mode=importlib",
    "--continue-on-collection-errors",
    "--capture=no",
    "--override-ini=addopts=",
    "--override-ini=filterwarnings=",
    "--override-ini=python_functions=test_*",
    *(f"-pno:{name}" for name in ("terminal", "cacheprovider", "warnings", "logging", "faulthandler")),
    *(f"-pno:{name}" for name in ("unraisableexception", "threadexception", "junitxml", "pastebin", "debugging")),
]

_NO_CONFIG = Path(__file__).with_name("checks.ini")
"""A configuration that says nothing, so that no pytest.ini around a notebook is read."""


@dataclass(frozen=True)
class Checks:
    """The files in which a lab's checks stand. `hidden` is None where a student runs them."""

    visible: Path
    hidden: Path | None = None

    @property
    def files(self) -> list[Path]:
        """The visible file, then the hidden one if there is one."""
        return [self.visible, *([self.hidden] if self.hidden and self.hidden.exists() else [])]


class Run(Protocol):
    """Runs the checks of one exercise; see `run` for what the arguments are."""

    setup: Setup | None
    """How the checks want the lab's server started; None if any will do, as the live one."""

    def __call__(
        self,
        exercise: str,
        api: Api,
        given: dict[str, Any],
        start: Start | None = None,
        beside: Mapping[str, str] | None = None,
        trials: Try | None = None,
    ) -> list[CheckResult]:
        """Return a result for each check of the exercise."""
        ...

    def values(self, name: str) -> list[Any]:
        """Return what the files of checks call by this name, the visible file's first."""
        ...


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
        A result for each check, in the order of the files. A check file that cannot be read is one checker_error.

    Raises:
        KeyboardInterrupt: the student interrupted it.
    """
    return with_checks(checks, lambda run: run(exercise, api, given), seconds)


def with_checks(checks: Checks, work: Callable[[Run], T], seconds: float = 4 * SECONDS) -> T:
    """Read the checks once, then do work that runs them, exercise by exercise.

    Args:
        checks: where they stand.
        work: is called with what runs the checks of an exercise; each check starts afresh, with its own fixtures.
        seconds: how long one check may take in all.

    Returns:
        What `work` returned.
    """
    plugin = _Plugin(checks, work, seconds)
    files = [str(path) for path in checks.files]
    # pytest names a file after its place below rootdir: the name must not be that of the student's module.
    arguments = [*_BARE, f"--rootdir={checks.visible.parent.parent}", f"--config-file={_NO_CONFIG}", *files]
    with _alone(files):
        status = pytest.main(arguments, plugins=[plugin])
    if plugin.problem:
        raise plugin.problem
    if status == pytest.ExitCode.INTERRUPTED and not plugin.done:  # while pytest was reading the checks
        raise KeyboardInterrupt
    if not plugin.done:  # pytest ended before it came to run anything
        plugin.broken.append(
            CheckResult("collection", "the checks run", False, Outcome.CHECKER_ERROR, "pytest ended by itself")
        )
        plugin.done.append(work(plugin))
    return cast(T, plugin.done[0])


@contextlib.contextmanager
def _alone(files: list[str]) -> Iterator[None]:
    """Run without pytest's environment variables, and leave none of its modules, so that the next run reads anew."""
    taken = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(taken)
        for name in [name for name, module in list(sys.modules.items()) if getattr(module, "__file__", None) in files]:
            del sys.modules[name]


class _Plugin:
    """Reads all checks, runs those of one exercise at a time, hands them the server, and keeps what they came to."""

    def __init__(self, checks: Checks, work: Callable[[Run], Any], seconds: float) -> None:
        self.done: list[Any] = []
        self.broken: list[CheckResult] = []
        self.problem: BaseException | None = None
        self._checks, self._work, self._seconds = checks, work, seconds
        self._items: list[pytest.Item] = []
        self._results: list[CheckResult] = []
        self._api: Api | None = None
        self._given: dict[str, Any] = {}
        self._start: Start | None = None
        self._beside: dict[str, str] = {}
        self._tried: Tried | None = None
        self.setup: Setup | None = None

    def __call__(
        self,
        exercise: str,
        api: Api,
        given: dict[str, Any],
        start: Start | None = None,
        beside: Mapping[str, str] | None = None,
        trials: Try | None = None,
    ) -> list[CheckResult]:
        """Run the checks of one exercise."""
        self._results, self._api, self._given, self._start = [*self.broken], api, given, start
        self._beside = dict(beside or {})
        chosen = [item for item in self._items if any(exercise in mark.args for mark in item.iter_markers("exercise"))]
        self._tried = (
            trials(exercise, [found for item in chosen if (found := outcomes.mutant(item))]) if trials else None
        )
        for item, following in zip(chosen, [*chosen[1:], None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self._results

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = session.items
        self.setup = next(iter(self.values(SERVER)), None)
        try:
            self.done.append(self._work(self))
        except BaseException as problem:  # noqa: BLE001 (it goes on outside of pytest, which would only print it)
            self.problem = problem
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
        """Starts the student's module in another way; see labkit.starting."""
        return self._start

    @pytest.fixture
    def tried(self) -> Tried | None:
        """What the student's tests of the exercise came to, where the lab is about tests; see labkit.trials."""
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
        config.addinivalue_line("markers", "exercise(name): the exercise a check belongs to")
        config.addinivalue_line("markers", "weightless: a check that carries no share of the points")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if report.failed:
            hidden = collector.path == self._checks.hidden
            message = "its check file cannot be read" if hidden else str(report.longrepr).strip().splitlines()[-1]
            self.broken.append(CheckResult("collection", "the checks load", hidden, Outcome.CHECKER_ERROR, message))
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        return (yield from self._limited())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        return (yield from self._limited())

    def _limited(self) -> Generator[None, object, object]:
        with deadline(self._seconds, f"the check took longer than {self._seconds:g} s"):
            return (yield)

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the result. The report is bare: pytest's own would format a traceback that nobody reads."""
        if call.when == "call" or call.excinfo is not None:
            problem = call.excinfo.value if call.excinfo else None
            self._results.append(outcomes.result(item, problem, hidden=item.path == self._checks.hidden))
        ended: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        when = cast(Literal["setup", "call", "teardown"], call.when)
        return pytest.TestReport(item.nodeid, item.location, {}, ended, None, when)
