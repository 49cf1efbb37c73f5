"""A lean client: HTTP/1.1 over a connection of its own for each request. It costs a tenth of what httpx takes."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labkit.http.body import parse
from labkit.sandbox.patience import patience

SECONDS = 30.0
"""How long an answer may take: who takes longer never answers."""
MOST = 1_000_000

Dial = Callable[[], socket.socket]


class Unreachable(Exception):
    """No connection could be made, or it has ended before the answer was whole."""


class Silent(Exception):
    """No answer came in time."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: the status.
        headers: the headers, names in lower case.
        text: the body.
    """

    status: int
    headers: Mapping[str, str]
    text: str

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        return parse(self.text)

    def __str__(self) -> str:
        """The answer in one line."""
        return f"{self.status} {self.text[:100]}".rstrip()


def send(
    dial: Dial, method: str, path: str, headers: Mapping[str, str], body: Any = None, seconds: float = SECONDS
) -> Answer:
    """Send a request, and read the whole answer.

    Raises:
        Unreachable: there was no connection, or it broke.
        Silent: the answer did not come in time.
    """
    try:
        connection = _Connection(dial, patience(seconds))
        try:
            content = None if body is None else json.dumps(body).encode()
            more = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, content, {**headers, **more, "Connection": "close"})
            reply = connection.getresponse()
            text = reply.read(MOST)
            if reply.length:  # it has promised more than it has sent
                raise http.client.IncompleteRead(text, reply.length)
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, named, text.decode("utf-8", "replace"))
        finally:
            connection.close()
    except TimeoutError as problem:
        raise Silent(f"no answer in {seconds:g} s") from problem
    except (OSError, http.client.HTTPException) as problem:
        raise Unreachable(f"{type(problem).__name__}: {problem}") from problem


class _Connection(http.client.HTTPConnection):
    """A connection that somebody else makes."""

    def __init__(self, dial: Dial, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._dial = dial

    def connect(self) -> None:
        self.sock = self._dial()
        self.sock.settimeout(self.timeout)
