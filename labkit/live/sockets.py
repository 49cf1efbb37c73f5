"""Ends the WebSockets of code that is to be replaced: a connection that stays open would go on talking to it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

RESTART = 1012
"""What a server that is about to be started anew closes its connections with."""


class Sockets:
    """ASGI middleware that knows when its WebSockets are to end.

    Attributes:
        over: set, in the event loop, when they are.
    """

    def __init__(self, app: Any) -> None:
        """Wrap an application."""
        self.over = asyncio.Event()
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a connection on; once it is over, close it, and let the application see that it is closed."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def received() -> Any:
            coming, over = asyncio.ensure_future(receive()), asyncio.ensure_future(self.over.wait())
            try:
                await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    return coming.result()
                with contextlib.suppress(Exception):  # whoever is gone need not be told
                    await send({"type": "websocket.close", "code": RESTART})
                return {"type": "websocket.disconnect", "code": RESTART}
            finally:
                coming.cancel()
                over.cancel()

        await self._app(scope, received, send)
