"""An HTTP server that answers as it is told to, and knows who is waiting: the other end of what a module asks.

    with Upstream(socket.create_server(("127.0.0.1", 0))) as upstream:
        upstream.answers["/features/age"] = json_reply({"name": "age", "value": 41})
        ...
        upstream.connections, [call.path for call in upstream.calls]

It speaks HTTP/1.1 and keeps connections. It runs in a thread with an event loop of its own, so that an answer may wait
for something: for other calls, or for whoever holds it. None of its tricks takes a time for a measure.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

LONGEST = 1_000_000
"""How long the body of a request may be, in bytes."""


@dataclass
class Call:
    """A request that has come.

    Attributes:
        method, path: its first line; the path without a query.
        body: its body as JSON; None if it is none.
        answered: whether its answer was sent, or its connection has ended.
    """

    method: str
    path: str
    body: Any = None
    answered: bool = False


@dataclass(frozen=True)
class Reply:
    """What is answered.

    Attributes:
        status: the status code; 0 to hang up instead.
        body: the body.
        kind: its media type.
        every: how many seconds lie between two of its bytes; 0 to send them at once.
    """

    status: int
    body: bytes = b""
    kind: str = "application/json"
    every: float = 0.0


Answer = Reply | Callable[[Call], Awaitable[Reply]]
"""What is answered, or what waits and then says it."""

HANG_UP = Reply(0)


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return an answer that is JSON."""
    return Reply(status, json.dumps(value).encode())


@dataclass
class Upstream:
    """A server on a socket that listens already.

    Attributes:
        answers: what is answered, by path.
        otherwise: what is answered to any other path.
        calls: every request so far, in the order in which they came.
        connections: how many connections were made so far.
    """

    listening: socket.socket
    answers: dict[str, Answer] = field(default_factory=dict)
    otherwise: Answer = field(default_factory=lambda: json_reply({"detail": "Not Found"}, 404))
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    _connected: set[asyncio.Task[Any] | None] = field(default_factory=set)

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="labkit-upstream", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def inside(self, path: str) -> list[Call]:
        """Return the calls of a path that wait for their answer."""
        return [call for call in list(self.calls) if call.path == path and not call.answered]

    def wait(self, come: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is true of it, and say whether it came to be."""
        until = time.monotonic() + seconds
        while not (came := come()) and time.monotonic() < until:
            time.sleep(0.01)
        return came

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._over = asyncio.Event()
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connection, sock=self.listening)
        await self._over.wait()
        server.close()
        for task in list(self._connected):
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, self._connected), return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other, until somebody hangs up."""
        self.connections += 1
        self._connected.add(task := asyncio.current_task())
        lost = (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError)
        try:
            with contextlib.suppress(*lost):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connected.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it; whether another may follow."""
        self.calls.append(call := await _read(reader))
        try:
            answer = self.answers.get(call.path, self.otherwise)
            reply = answer if isinstance(answer, Reply) else await answer(call)
            if reply.status:
                await _write(writer, reply)
            return reply.status > 0
        finally:
            call.answered = True


async def _read(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.split("\r\n")
    method, target, _ = line.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
    length = int(headers.get("content-length") or 0)
    if not 0 <= length <= LONGEST:
        raise ValueError("a body of no length, or of too much")
    body = await reader.readexactly(length)
    return Call(method, target.partition("?")[0], _json(body))


def _json(body: bytes) -> Any:
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(body)
    return None


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
    head = f"HTTP/1.1 {reply.status} .\r\nContent-Type: {reply.kind}\r\nContent-Length: {len(reply.body)}\r\n\r\n"
    writer.write(head.encode("latin-1"))
    parts = [reply.body[at : at + 1] for at in range(len(reply.body))] if reply.every else [reply.body]
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(reply.every)
