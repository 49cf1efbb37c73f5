"""What an author writes checks with.

A check is a pytest function that talks to the student's server and says what it expects:

    @exercise("path_parameter")
    def test_number(api: Api) -> None:
        \"\"\"An id in the path arrives as a number.\"\"\"
        api.get("/items/42").expect(200, {"item_id": 42})

Its docstring is the sentence the student reads. A reply that is not as expected raises Mismatch, whose text has at most
four lines: what was sent, what was expected, what came back, and what to try where the symptom identifies the cause.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
import pytest

from labkit.checks.compare import difference, same
from labkit.checks.places import at_home
from labkit.http import body as bodies
from labkit.http.exchange import exchange
from labkit.module.advice import TRY, for_exception
from labkit.text import one_line

if TYPE_CHECKING:
    from labkit.checks.foundation import Foundation

exercise = pytest.mark.exercise
"""Marks the exercise a check belongs to."""

weightless = pytest.mark.weightless
"""Marks a check that carries no share of the points. If it is an exercise's first one, it has to pass all the same."""

SECONDS = 5.0
"""How long one request may take, in seconds, from the first byte sent to the last byte received."""

WIDTH = 100
"""How many characters of a body a message shows."""


class Mismatch(AssertionError):
    """The server answered, but not as the contract says.

    Attributes:
        sent: what was sent, in one line, as the others.
        expected: what was expected.
        got: what came back.
        advice: what to try, only where the symptom identifies the cause; else empty.
        remark: what to say beside a correct outcome, where the check carries no share of the points.
    """

    def __init__(self, sent: str, expected: str, got: str, advice: str | None = None, remark: str = "") -> None:
        super().__init__(sent, expected, got, advice, remark)
        got, _, known = got.partition(f"\n{TRY}")  # what stands in the way of a start may bring its own advice
        advice = known or advice
        parts = (at_home(" ".join(part.splitlines())) for part in (sent, expected, got, advice or ""))
        self.sent, self.expected, self.got, self.advice = parts
        self.remark = remark

    def __str__(self) -> str:
        """Return the message: at most four lines."""
        lines = [self.sent, f"expected  {self.expected}", f"got       {self.got}"]
        return "\n".join([*lines, *([f"{TRY}{self.advice}"] if self.advice else [])])


class Overdue(Mismatch):
    """The server took too long."""


class Raised(Mismatch):
    """The student's code raised."""


class Reply:
    """One request and what came back.

    Attributes:
        sent: the request in one line.
        status: the status code.
        headers: the response's headers, names in any case.
        text: the body, decoded; at most the first two million bytes.
        raised: what the student's code raised and where, if it did.
    """

    def __init__(self, sent: str, response: httpx.Response, body: bytes, raised: str | None) -> None:
        self.sent = sent
        self.status = response.status_code
        self.headers = response.headers
        self.text = body.decode("utf-8", "replace")
        self.raised = raised

    @property
    def got(self) -> str:
        """The reply in one line."""
        if self.raised:
            return f"{self.status} ({self.raised})"
        return f"{self.status} {_short(self.text)}".rstrip()

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None if it is none, so that a comparison fails and says what came."""
        return bodies.parse(self.text)

    def fail(self, expected: str, advice: str | None = None, got: str | None = None) -> NoReturn:
        """Say that this reply is not what was expected; `got` where its whole body would hide what is wrong."""
        if self.raised and not advice:
            stub = self.raised.startswith("NotImplementedError")
            advice = "replace the line with `raise NotImplementedError`" if stub else for_exception(self.raised)
        came = f"{self.status}, {_short(got)}" if got and not self.raised else self.got
        raise (Raised if self.raised else Mismatch)(self.sent, expected, came, advice)

    def expect(self, status: int, body: Any = ..., *, advice: str | None = None) -> Reply:
        """Expect this status and, unless left out, exactly this JSON body.

        Args:
            status: the status code.
            body: any JSON value. 42 and 42.0 are the same number; true and 1 are not the same.
            advice: what to try, where the symptom identifies the cause.

        Returns:
            The reply itself, to ask more of it.
        """
        expected = str(status) if body is ... else f"{status} {_short(json.dumps(body))}"
        if self.status != status or body is ...:
            return self if self.status == status else self._other_status(status, expected, body, advice)
        came = self.json
        if not same(came, body):
            if isinstance(came, list | dict) and len(json.dumps(body)) > WIDTH:
                wanted, found = difference(body, came)
                self.fail(f"{status}, {_short(wanted)}", advice, got=found)
            self.fail(expected, advice)
        return self

    def _other_status(self, status: int, expected: str, body: Any, advice: str | None) -> NoReturn:
        """Say that the status is another one, and no more where the body is as expected."""
        if body is not ... and same(self.json, body):
            self.fail(str(status), advice, got="with the right body")
        self.fail(expected, advice)

    def refuse(self, *names: str, status: int = 422, advice: str | None = None) -> Reply:
        """Expect bad input to be refused with this status and a body that names each of `names`."""
        expected = f"{status} naming {', '.join(names)}" if names else str(status)
        if self.status != status or any(name not in self.text for name in names):
            self.fail(expected, advice)
        return self


class Api:
    """A client of the student's server that is never left hanging and never reuses a connection.

    After an unhandled error the server closes its connection; a kept one would break the next, innocent request.

    Attributes:
        foundation: what of the module is served; None where nobody knows.
    """

    def __init__(
        self,
        client: httpx.Client,
        raised: Callable[[str, str, int], str | None] = lambda method, path, since: None,
        foundation: Foundation | None = None,
    ) -> None:
        """Wrap a client.

        Args:
            client: the client to send with.
            raised: tells what the student's code raised in the last request of this method and path that was sent
                after a moment, in nanoseconds since the epoch.
            foundation: knows what of the module is served, where that is known.
        """
        self.foundation = foundation
        self._client = client
        self._raised = raised

    def plain(self) -> Api:
        """Return a client that several threads may use at the same time: it does not ask what the code has raised."""
        return Api(self._client)

    def get(self, path: str, **options: Any) -> Reply:
        """Send a GET; see `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Reply:
        """Send a POST; see `request`."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, *, seconds: float = SECONDS, **options: Any) -> Reply:
        """Send a request and read the whole answer, following redirects on the same server.

        Args:
            method: the HTTP method.
            path: the path, from `/`.
            seconds: how long it may take.
            options: as httpx takes them: params, json, content, headers.

        Raises:
            Overdue: it took longer than `seconds`.
            Mismatch: the server broke the connection or sent something that is not HTTP.
        """
        request = self._client.build_request(method, path, timeout=seconds, **options)
        sent = _sent(request)
        begun = time.time_ns()
        try:
            response, body = exchange(self._client, request, seconds)
        except (httpx.TimeoutException, TimeoutError):
            raise Overdue(sent, f"an answer within {seconds:g} s", "none in that time") from None
        except httpx.ConnectError:
            raise Raised(sent, "an answer", "no connection: the server is not running") from None
        except Exception as problem:  # noqa: BLE001 (a client meets what a server sends with any error there is)
            raise Mismatch(sent, "an HTTP response", f"{type(problem).__name__}: {_short(str(problem))}") from None
        raised = self._raised(method, request.url.path, begun) if response.status_code >= 500 else None
        return Reply(sent, response, body, raised)


def table(given: dict[str, Any], name: str, length: int, key: str) -> list[dict[str, Any]]:
    """Return a table that the lab's first section gives: a list of dicts, each with a name of its own under `key`.

    Raises:
        Mismatch: the module has no such table, or it is not as it was given.
    """
    rows = given.get(name)
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    names = {row[key] for row in rows if isinstance(row.get(key), str) and row[key].isprintable()}
    if len(rows) == len(names) == length:
        return rows
    wanted = f'a list of {length} dicts {{"{key}": ...}}, each with its own name'
    found = f"{len(rows)} dicts with {len(names)} names"
    raise Mismatch(f"{name} in your module", wanted, found, "bring the first section back to what was given")


def _sent(request: httpx.Request) -> str:
    body = request.content.decode("utf-8", "replace")
    path = request.url.raw_path.decode("ascii", "replace")
    return f"{request.method} {_short(path)} {_short(body)}".rstrip()


def _short(text: str) -> str:
    return one_line(text, WIDTH)
