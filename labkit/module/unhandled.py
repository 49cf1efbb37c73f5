"""Notices what an application's routes raise and no handler takes, also where middleware of its own answers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_KEY = "labkit.unhandled"
"""Under which name a request's scope has what takes note of what was raised."""


def notice(app: Any) -> None:
    """Let an application take note, inside of all its middleware: whatever stands outside may catch what was raised.

    An application that is not Starlette's, or has begun to answer, is left as it is.
    """
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    if isinstance(app, Starlette) and app.middleware_stack is None:
        app.user_middleware.append(Middleware(_Noticing))


def begin(scope: Any, raised_at: Callable[[BaseException], str]) -> list[str]:
    """Return the list in which all that is raised for a request is going to stand.

    Args:
        scope: the request's scope.
        raised_at: says what was raised and where. It is asked at once: later the exception has gone through the
            middleware as well, which is not where it was raised.
    """
    noticed: list[str] = []
    scope[_KEY] = lambda problem: noticed.append(raised_at(problem))
    return noticed


class _Noticing:
    """ASGI middleware that writes down what comes by, and lets it go on."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as problem:
            if take_note := scope.get(_KEY):
                take_note(problem)
            raise
