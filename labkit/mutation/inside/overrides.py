"""Finds tests that leave an override behind, which another test then meets: that one would be blamed for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import FastAPI


class Leaks:
    """Looks at the overrides of every app after each test."""

    def __init__(self, found: Callable[[str], None]) -> None:
        """Begin; `found` is told the name of a test that left an override behind, when another one meets it."""
        self._found, self._running = found, ""
        self._left: WeakKeyDictionary[FastAPI, tuple[str, dict[Any, Any]]] = WeakKeyDictionary()
        self._apps: WeakKeyDictionary[FastAPI, None] = WeakKeyDictionary()
        made, called = FastAPI.__init__, FastAPI.__call__

        @wraps(made)
        def noted(app: FastAPI, *arguments: Any, **options: Any) -> None:
            made(app, *arguments, **options)
            self._apps[app] = None

        async def watched(app: FastAPI, *arguments: Any) -> None:
            self._look(app)
            await called(app, *arguments)

        FastAPI.__init__ = noted  # type: ignore[method-assign, assignment]
        FastAPI.__call__ = watched  # type: ignore[method-assign, assignment]

    def begin(self, test: str) -> None:
        """Take note that a test begins."""
        self._running = test

    def end(self) -> None:
        """Take note of what the test has left behind."""
        for app in list(self._apps):
            if not app.dependency_overrides:
                self._left.pop(app, None)
            elif app not in self._left or self._left[app][1] != app.dependency_overrides:
                self._left[app] = (self._running, dict(app.dependency_overrides))

    def _look(self, app: FastAPI) -> None:
        """Say so if a test asks an app that works with the overrides of another one."""
        who, left = self._left.get(app, ("", {}))
        if who and _function(who) != _function(self._running) and app.dependency_overrides == left:
            self._found(who)


def _function(test: str) -> str:
    return test.partition("[")[0]
