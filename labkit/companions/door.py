"""The way from a module's own network to a store that lies outside of it.

    store = Shared()
    first, second = (start(Setup({"CACHE_URL": "redis://{address}/0"}, companions={"CACHE_URL": store.door})) ...)
    first.companions["CACHE_URL"].refuse()
    store.valkey.freeze()

What arrives at the socket in the module's network is passed on to the store's unix socket, byte by byte, and back.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, Self

from labkit.companions.valkey import Valkey


class Shared:
    """One Valkey for several modules. It runs as long as one of them has a door to it.

    Attributes:
        valkey: it.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self.valkey = Valkey()
        self._doors = 0

    @contextlib.contextmanager
    def door(self, listening: socket.socket) -> Iterator[Door]:
        """Be the companion of a module.

        Raises:
            NoValkey: there is none, or it does not start.
        """
        if not self._doors:
            self.valkey.start()
        self._doors += 1
        try:
            with Door(listening, self.valkey.path) as door:
                yield door
        finally:
            self._doors -= 1
            if not self._doors:
                self.valkey.stop()


class Door:
    """Passes connections on, in a thread with an event loop of its own."""

    def __init__(self, listening: socket.socket, path: Path) -> None:
        """Stand between a socket that listens and the unix socket at a path."""
        self._listening, self._path = listening, path
        self._connected: set[asyncio.Task[None] | None] = set()

    def __enter__(self) -> Self:
        """Begin to pass on."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="labkit-door", daemon=True)
        self._thread.start()
        self._wait(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def refuse(self) -> None:
        """Refuse connections from now on, and end those that there are."""
        self._wait(self._close())

    def _wait(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._connection, sock=self._listening)

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._connected):
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, self._connected), return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connected.add(task := asyncio.current_task())
        try:
            theirs, ours = await asyncio.open_unix_connection(self._path)
            pouring = [asyncio.ensure_future(one) for one in (_pour(reader, ours), _pour(theirs, writer))]
            try:
                await asyncio.wait(pouring, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in pouring:
                    one.cancel()
                await asyncio.gather(*pouring, return_exceptions=True)
                ours.close()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._connected.discard(task)
            writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
