"""What a board takes from anybody: bodies of a bounded length, and so many wrong codes."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 32 * 1024
"""The longest body in bytes; fifty reports have less."""
WRONG, PER_SECOND = 30.0, 0.5
"""How many wrong codes an address may try at once, and how many more each second. A hub is one address."""
ADDRESSES = 1000


class TooLong(Exception):
    """A body is longer than it may be."""


class BodyLimit:
    """ASGI middleware that reads no more of a body than anybody has to send, whatever length it says it has."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, begun = 0, False

        async def received() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > BODY:
                raise TooLong
            return message

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            said = Headers(scope=scope).get("content-length", "0")
            if said.isdecimal() and int(said[:20]) > BODY:
                raise TooLong
            await self._app(scope, received, sent)
        except TooLong:
            if not begun:
                await JSONResponse({"detail": "too long"}, 413)(scope, receive, send)


class Guesses:
    """Counts wrong codes by address; whoever has tried too many waits, even with the right one."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, address: str, now: float) -> int:
        """Return how many seconds an address has to wait before it may try again; mostly 0."""
        left = self._of(address, now)
        return 0 if left >= 1 else max(1, round((1 - left) / PER_SECOND))

    def wrong(self, address: str, now: float) -> None:
        """Put down that an address was wrong."""
        left = self._of(address, now)
        self._left.pop(address, None)
        self._left[address] = (left - 1, now)
        if len(self._left) > ADDRESSES:
            del self._left[next(iter(self._left))]

    def _of(self, address: str, now: float) -> float:
        left, at = self._left.get(address, (WRONG, now))
        return min(WRONG, left + PER_SECOND * (now - at))
