"""A pytest plugin that limits the time of each test, and of its fixtures."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from labkit.module.deadline import deadline


class TimeLimit:
    """Raises TimeoutError in a test, or in its fixtures, that takes too long."""

    def __init__(self, limit: Callable[[], float], what: str) -> None:
        """Limit each to so many seconds; `what` is what the message says of a test, as "it" or "the check"."""
        self._limit, self._what = limit, what

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Limit the time of fixtures."""
        return (yield from self._limited())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Limit the time of a test."""
        return (yield from self._limited())

    def _limited(self) -> Generator[None, object, object]:
        seconds = self._limit()
        with deadline(seconds, f"{self._what} took longer than {seconds:g} s"):
            return (yield)
