"""A lean client: HTTP/1.1 over a connection of its own for each request. It costs a tenth of what httpx takes."""

from __future__ import annotations

import contextlib
import http.client
import json
import selectors
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labkit.http.body import parse
from labkit.http.exchange import deadline
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

    @property
    def fields(self) -> dict[str, Any]:
        """The body, where it is a JSON object; else nothing."""
        return self.json if isinstance(self.json, dict) else {}

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        return parse(self.text)

    def __str__(self) -> str:
        """The answer in one line."""
        return f"{self.status} {self.text[:100]}".rstrip()


class Pending:
    """A request that has been sent, and whose answer has not been read."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds

    def fileno(self) -> int:
        """Return what is readable when there is an answer, or an end."""
        return int(self._connection.sock.fileno())

    def close(self) -> None:
        """Hang up, whether there was an answer or not."""
        self._connection.close()

    def answer(self) -> Answer:
        """Read the whole answer, and close the connection.

        Raises:
            Unreachable: the connection broke.
            Silent: the answer did not come in time.
        """
        cut = deadline(patience(self._seconds), self._connection.sock)  # it may also never end
        with contextlib.closing(self), _failing(self._seconds), cut:
            reply = self._connection.getresponse()
            text = b"".join(_parts(reply))
            if reply.length:  # it has promised more than it has sent
                raise http.client.IncompleteRead(text, reply.length)
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, named, text.decode("utf-8", "replace"))


def begin(
    dial: Dial, method: str, path: str, headers: Mapping[str, str], body: Any = None, seconds: float = SECONDS
) -> Pending:
    """Send a request, and leave its answer to be read.

    Raises:
        Unreachable: there was no connection. One that breaks while this sends may still hold an answer.
        Silent: nobody took it in time.
    """
    connection = _Connection(dial, patience(seconds))
    content = None if body is None else json.dumps(body).encode()
    more = {"Content-Type": "application/json"} if body is not None else {}
    with contextlib.ExitStack() as stack, _failing(seconds):
        stack.callback(connection.close)
        connection.connect()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who refuses early may not wait for the body
            connection.request(method, path, content, {**headers, **more, "Connection": "close"})
        stack.pop_all()
    return Pending(connection, seconds)


def send(
    dial: Dial, method: str, path: str, headers: Mapping[str, str], body: Any = None, seconds: float = SECONDS
) -> Answer:
    """Send a request, and read the whole answer; it raises as `begin` and `Pending.answer` do."""
    return begin(dial, method, path, headers, body, seconds).answer()


def as_they_come(sent: Sequence[Pending], seconds: float = SECONDS) -> Iterator[tuple[int, Answer]]:
    """Yield the answers to many requests, each with its number: one thread is enough for a crowd.

    Raises:
        Unreachable: a connection broke.
        Silent: nothing came for so many seconds, though not all are answered.
    """
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as waiting:
        for number, pending in enumerate(sent):
            stack.callback(pending.close)
            waiting.register(pending, selectors.EVENT_READ, number)
        while waiting.get_map():
            ready = waiting.select(patience(seconds))
            if not ready:
                raise Silent(f"{len(waiting.get_map())} of {len(sent)} had no answer after {seconds:g} s")
            for found, _ in ready:
                waiting.unregister(found.fileobj)
                yield found.data, sent[found.data].answer()


def _parts(reply: http.client.HTTPResponse) -> Iterator[bytes]:
    """Read a body, at most MOST bytes of it: `read` knows no bound where a chunk is of less than no bytes."""
    left = MOST
    while left and (part := reply.read1(left)):
        part = part[:left]
        left -= len(part)
        yield part


@contextlib.contextmanager
def _failing(seconds: float) -> Iterator[None]:
    """Say what has become of a connection."""
    try:
        yield
    except TimeoutError as problem:
        raise Silent(f"no answer in {seconds:g} s") from problem
    except Exception as problem:  # whatever a client meets of what a server sends
        raise Unreachable(f"{type(problem).__name__}: {problem}") from problem


class _Connection(http.client.HTTPConnection):
    """A connection that somebody else makes."""

    def __init__(self, dial: Dial, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._dial = dial

    def connect(self) -> None:
        self.sock = self._dial()
        self.sock.settimeout(self.timeout)
