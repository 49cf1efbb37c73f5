"""What stands between pytest and a trial's connection: chooses and orders the tests, and says what became of each."""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Generator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from labkit import sections
from labkit.module import errors
from labkit.module.deadline import deadline
from labkit.mutation.inside.overrides import Leaks
from labkit.sections import SETUP
from labkit.text import one_line

WIDTH = 300
"""How many characters are told of why a test failed."""


@dataclass(frozen=True)
class Order:
    """What to run.

    Attributes:
        text: the student's module.
        target: the name under which it imports the API.
        source: the API.
        exercise: the section whose tests to run; empty for all.
        shuffle: decides their order; 0 for that of the module, -1 for the other way round.
        alone: whether each test function runs in a process of its own.
        skip: tests to leave out.
        plain: whether a failing assert need not say what it compared, which takes most of the time.
    """

    text: str
    target: str
    source: str
    exercise: str = ""
    shuffle: int = 0
    alone: bool = False
    skip: tuple[str, ...] = ()
    plain: bool = False


class Reporter:
    """Chooses and orders the tests, and says what became of each."""

    def __init__(self, path: Path, order: Order, connection: socket.socket, seconds: float) -> None:
        self._path, self._text, self._seconds = path, order.text, seconds
        self._exercise, self._skip = order.exercise, frozenset(order.skip)
        self._shuffle, self._alone = order.shuffle, order.alone
        self._connection = connection
        self._failed = self._skipped = False
        self._leaks = Leaks(lambda test: self.say({"leaks": test}))

    def say(self, facts: dict[str, Any]) -> None:
        """Write a line."""
        self._connection.sendall(json.dumps(facts).encode() + b"\n")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Say where the module cannot be imported."""
        try:
            with deadline(self._seconds, f"importing it took longer than {self._seconds:g} s"):
                report = yield
        except SystemExit as problem:
            self._broken(problem)
            raise
        if report.failed:
            raised = report.call.excinfo.value
            self._broken(raised.__cause__ or raised)
        return report

    def _broken(self, problem: BaseException) -> None:
        line = errors.line_of(problem, self._path)
        section = sections.section_at(self._text, line) if line else None
        self.say({"broken": section[0] if section else "", "why": errors.explain(problem, self._text, self._path)})

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not asked for, and put the rest in the order that is asked for."""
        wanted = ("", SETUP, self._exercise) if self._exercise else None
        items[:] = [
            item
            for item in items
            if _name(item) not in self._skip and (wanted is None or self._section(item) in wanted)
        ]
        if self._shuffle < 0:
            items.reverse()
        elif self._shuffle:
            random.Random(self._shuffle).shuffle(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run each function's tests in a fork, where that is asked for."""
        if not self._alone:
            return None
        for _, found in groupby(session.items, key=lambda item: _name(item).partition("[")[0]):
            child = os.fork()
            if child == 0:
                try:
                    items = list(found)
                    for item, following in zip(items, [*items[1:], None], strict=True):
                        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Say that a test begins, and what it came to."""
        self.say({"test": _name(item), "section": self._section(item)})
        self._failed = self._skipped = False
        self._leaks.begin(_name(item))
        result = yield
        self._leaks.end()
        outcome = "failed" if self._failed else "skipped" if self._skipped else "passed"
        if outcome != "failed":
            self.say({"test": _name(item), "outcome": outcome})
        return result

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Say why a test failed, once."""
        if call.excinfo is None:
            return
        if call.excinfo.errisinstance(pytest.skip.Exception):
            self._skipped = True
            return
        if not self._failed:
            self._failed = True
            line = errors.line_of(call.excinfo.value, self._path)
            self.say({"test": _name(item), "outcome": "failed", "said": _said(call.excinfo), "line": line})

    def _section(self, item: pytest.Item) -> str:
        """The section that a test stands in; empty where the module has no marks, or it stands elsewhere."""
        path, line, _ = item.location
        if line is None or Path(path).name != self._path.name:
            return ""
        found = sections.section_at(self._text, line + 1)
        return found[0] if found else ""


def _said(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """What was raised, in a line."""
    if isinstance(raised.value, pytest.FixtureLookupError):
        return f"there is no fixture {raised.value.argname}"
    return one_line((raised.exconly(tryshort=True).strip().splitlines() or [raised.typename])[0], WIDTH)


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[2]
