"""A reply of a student's server, and what a check expects of it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, NoReturn

import httpx

from labkit.checks.compare import difference, same
from labkit.checks.mismatch import WIDTH, Mismatch, Raised, short
from labkit.http import body as bodies
from labkit.module.advice import for_exception


class Reply:
    """One request and what came back.

    Attributes:
        sent: the request in one line.
        status: the status code.
        headers: the response's headers, names in any case.
        text: the body, decoded; at most the first two million bytes.
        raised: what the student's code raised and where, if it did.
        asked: the method, the path, and when it was sent, in nanoseconds since the epoch; None if nobody has noted it.
    """

    asked: tuple[str, str, int] | None = None

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
        return f"{self.status} {short(self.text)}".rstrip()

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None if it is none, so that a comparison fails and says what came."""
        return bodies.parse(self.text)

    @property
    def fields(self) -> dict[str, Any]:
        """The body, where it is a JSON object; else nothing."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def _is_an_exception(self) -> bool:
        """Whether the body is what FastAPI makes of an HTTPException that was returned and not raised."""
        body = self.json if self.status < 400 else None
        return isinstance(body, dict) and body.keys() == {"status_code", "detail", "headers"}

    def _misplaced(self) -> str | None:
        """What to try where something is looked for in a header, or in the query, in which nobody has to send it."""
        detail = self.json.get("detail") if self.status == 422 and isinstance(self.json, dict) else None
        first = detail[0] if isinstance(detail, list) and detail else None
        if not isinstance(first, dict) or first.get("type") != "missing" or not isinstance(first.get("loc"), list):
            return None
        place, name = [*map(str, first["loc"]), "", ""][:2]
        if place == "header":
            return "a header that may be missing has a default: Annotated[str | None, Header()] = None"
        if place == "query" and f'"{name}"' in self.sent:
            return f"{name} is looked for in the query: what stands in the body is a field of a Pydantic model"
        return None

    def fail(self, expected: str, advice: str | None = None, got: str | None = None) -> NoReturn:
        """Say that this reply is not what was expected; `got` where its whole body would hide what is wrong."""
        if self.raised and not advice:
            stub = self.raised.startswith("NotImplementedError")
            advice = "replace the line with `raise NotImplementedError`" if stub else for_exception(self.raised)
        advice = advice or self._misplaced()
        if self._is_an_exception:
            advice = "an HTTPException that is returned is an answer like any other: raise it"
        came = f"{self.status}, {short(got)}" if got and not self.raised else self.got
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
        expected = str(status) if body is ... else f"{status} {short(json.dumps(body))}"
        if self.status != status or body is ...:
            return self if self.status == status else self._other_status(status, expected, body, advice)
        came = self.json
        if not same(came, body):
            if isinstance(came, list | dict) and len(json.dumps(body)) > WIDTH:
                wanted, found = difference(body, came)
                self.fail(f"{status}, {short(wanted)}", advice, got=found)
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
