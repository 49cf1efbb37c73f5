"""What checks see of a WebSocket."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NoReturn

from websockets.exceptions import InvalidStatus

from labkit.checks.mismatch import Mismatch, Raised, received, short
from labkit.http import body as bodies
from labkit.http import websocket
from labkit.http.websocket import Client, Closed
from labkit.module.advice import for_exception

_OPEN = 101
_BROKEN = {1006, 1011}
"""The codes of a connection whose other end may have raised something."""


class Answer:
    """What came next: a message, or the end of the connection.

    Attributes:
        sent: what was sent, in one line.
        text: the message; None where the connection has ended, or the message was binary.
        code: why the connection has ended; None where it has not.
        raised: what the student's code raised, if that has ended it.
    """

    def __init__(self, sent: str, message: str | bytes | None, code: int | None, raised: str | None) -> None:
        """Take what came."""
        self.sent, self.code = sent, code
        self.text = message if isinstance(message, str) else None
        self.raised, self._message = raised, message

    @cached_property
    def json(self) -> Any:
        """The message as JSON; None if it is none."""
        return bodies.parse(self.text) if self.text is not None else None

    @property
    def got(self) -> str:
        """What came, in one line."""
        if self.code is not None:
            return f"closed with {self.code}" + (f" ({self.raised})" if self.raised else "")
        return short(self.text) if self.text is not None else f"a binary message of {len(self._message or b'')} bytes"

    def fail(self, expected: str, advice: str | None = None) -> NoReturn:
        """Say that this is not what was expected."""
        advice = advice or (for_exception(self.raised) if self.raised else None)
        raise (Raised if self.raised else Mismatch)(self.sent, expected, self.got, advice)


class WebSocket:
    """A WebSocket, open or refused.

    Attributes:
        sent: what was asked for, in one line.
        status: what the handshake was answered: 101 where it is open.
    """

    def __init__(
        self,
        sent: str,
        client: Client | None,
        status: int,
        seconds: Callable[[], float],
        raised: Callable[[], str | None],
    ) -> None:
        """Take what the handshake came to."""
        self.sent, self.status = sent, status
        self._client, self._seconds, self._raised = client, seconds, raised

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        dial: Callable[[], socket.socket],
        path: str,
        sent: str,
        seconds: Callable[[], float],
        origin: str | None,
        raised: Callable[[], str | None],
    ) -> Iterator[WebSocket]:
        """Shake hands over a new connection, and talk as long as the block goes on."""
        with contextlib.ExitStack() as stack:
            client, status = None, _OPEN
            with received(sent, allowed := seconds(), "a WebSocket"):
                try:
                    client = stack.enter_context(websocket.opened(dial(), path, allowed, origin))
                except InvalidStatus as refused:
                    status = refused.response.status_code
            yield cls(sent, client, status, seconds, raised)

    def send(self, message: Any) -> str:
        """Send a text, bytes, or anything else as JSON; return it in one line."""
        content = message if isinstance(message, str | bytes) else json.dumps(message)
        sent = f"{self.sent} {short(content if isinstance(content, str) else f'{len(content)} bytes')}"
        with received(sent, seconds := self._seconds(), "a WebSocket that is open"), contextlib.suppress(Closed):
            self._open(sent).send(content, seconds)  # where it is closed, the next receive says why
        return sent

    def receive(self, sent: str = "") -> Answer:
        """Return what comes next; `sent` is what it answers."""
        sent = sent or self.sent
        with received(sent, seconds := self._seconds(), "a message"):
            try:
                return Answer(sent, self._open(sent).receive(seconds), None, None)
            except Closed as closed:
                raised = self._raised() if closed.code in _BROKEN else None
                return Answer(sent, None, closed.code, raised)

    def ask(self, message: Any) -> Answer:
        """Send a message, and return what comes next."""
        return self.receive(self.send(message))

    def vanish(self) -> None:
        """End the connection without a word."""
        if self._client is not None:
            self._client.vanish()

    def _open(self, sent: str) -> Client:
        if self._client is None:
            why = (self._raised() if self.status >= 500 else None) or ""
            kind = Raised if why else Mismatch
            raise kind(sent, "the handshake is accepted", f"{self.status} {f'({why})' if why else ''}".rstrip())
        return self._client
