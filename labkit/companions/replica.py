"""A replica behind a proxy: a server that takes every request and WebSocket, and remembers what has come to it.

    with Replica(socket.create_server(("127.0.0.1", 0))) as replica:
        ...
        replica.calls[-1].headers["x-forwarded-for"], replica.kill()

It keeps connections for as long as whoever made them does: one that reuses a connection never meets its end by chance.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn

_FOR_EVER = 1_000_000
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Taken:
    """A request that has come, or the first one of a WebSocket.

    Attributes:
        method: its method; WEBSOCKET for a WebSocket.
        target: its path with the query, as it stood in its first line.
        headers: by name, in small letters; of several the last.
        length: how long its body was, in bytes.
    """

    method: str
    target: str
    headers: dict[str, str]
    length: int = 0


@dataclass
class Replica:
    """A server on a socket that listens already.

    Attributes:
        calls: every request so far, in the order in which they came.
        port: where it listens.
    """

    listening: socket.socket
    calls: list[Taken] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin to answer."""
        self.port = int(self.listening.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            proxy_headers=False,
            log_config=None,  # nor access_log=False, which silences uvicorn's access log for all of this process
            lifespan="off",
            timeout_keep_alive=_FOR_EVER,
            ws="websockets-sansio",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self.listening],), name="labkit-replica", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Stop to listen, and end all connections."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self.listening.close()

    async def _app(self, scope: Any, receive: Receive, send: Send) -> None:
        target = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        taken = Taken(scope.get("method", "WEBSOCKET"), f"{target}?{query}" if query else target, headers)
        self.calls.append(taken)
        answer = self._echo if scope["type"] == "websocket" else self._answer
        await answer(taken, receive, send)

    async def _answer(self, taken: Taken, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "http.request":
            taken.length += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        body = f'{{"replica": {self.port}}}'.encode()
        fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    async def _echo(self, taken: Taken, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message.get("text") or ""})
