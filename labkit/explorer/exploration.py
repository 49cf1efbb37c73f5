"""A request put together field by field, and what the server answers to it: what the constraint explorer shows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from labkit.checks.api import Api, Mismatch
from labkit.openapi.fields import Field, NoOperation, fields, operation
from labkit.openapi.refusals import Fault, faults


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: the status code; None if there was no answer.
        text: the body, or why there was no answer.
        faults: what a refusal says is wrong, if it says so.
    """

    status: int | None
    text: str
    faults: list[Fault] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Whether the request succeeded."""
        return self.status is not None and self.status < 400


class Exploration:
    """A request to one operation, and the last answer to it.

    Attributes:
        request: method and path.
        fields: the fields of the request, in the order of the document.
        texts: what each field carries, by its name: JSON, or a text that is sent as a string.
        sent: the names of the fields that are sent; the others are left out.
        problem: why there is nothing to explore; empty if there is.
        answer: the last answer.
        line: the last request in one line.
    """

    def __init__(self, api: Api, method: str, path: str, values: dict[str, Any]) -> None:
        """Read the fields from the live server's document, and send a first request.

        Args:
            api: the client of the live server.
            method: the HTTP method.
            path: the path, as the document has it or one that fits it.
            values: what fields carry to begin with, by name; a name that the document does not have is sent as well.
        """
        self._api, self._method = api, method.upper()
        self.request = self.line = f"{self._method} {path}"
        self.fields: list[Field] = []
        self.problem = ""
        self.answer = Answer(None, "")
        try:
            document = api.get("/openapi.json").json
            self._template, _ = operation(document, method, path)
            self.fields = fields(document, method, path)
        except Mismatch as problem:
            self.problem = problem.got
        except NoOperation as problem:
            self.problem = str(problem.args[0])
        known = {field.name for field in self.fields}
        unknown = [Field(("body", name), "any", required=False) for name in values if name not in known]
        self.fields += [] if self.problem else unknown
        self.texts = {field.name: json.dumps(values.get(field.name, field.start)) for field in self.fields}
        self.sent = {field.name for field in self.fields if field.required or field.examples or field.name in values}
        if not self.problem:
            self.send()

    def put(self, name: str, text: str) -> None:
        """Let a field carry this, and send the request."""
        self.texts[name] = text
        self.sent.add(name)
        self.send()

    def leave_out(self, name: str, out: bool = True) -> None:
        """Leave a field out, or take it in again, and send the request."""
        (self.sent.discard if out else self.sent.add)(name)
        self.send()

    def send(self) -> Answer:
        """Send the request as it stands, and keep the answer."""
        path, options = self._template, self._parts()
        for part in self._sent("path"):
            path = path.replace(f"{{{part.name}}}", quote(_bare(self.texts[part.name]), safe=""))
        self.line = f"{self._method} {path} {options.get('content', '')}".rstrip()
        try:
            reply = self._api.request(self._method, path, **options)
        except Mismatch as problem:
            self.answer = Answer(None, problem.got)
        else:
            self.line = reply.sent if not options.get("content") else self.line
            self.answer = Answer(reply.status, reply.raised or reply.text, list(faults(reply.status, reply.json)))
        return self.answer

    def marks(self, field: Field) -> list[Fault]:
        """Return what the last answer finds wrong with a field, or with something in it."""
        return [fault for fault in self.answer.faults if fault.within(field.loc)]

    def others(self) -> list[Fault]:
        """Return what the last answer finds wrong with no field alone."""
        marked = [fault for field in self.fields for fault in self.marks(field)]
        return [fault for fault in self.answer.faults if fault not in marked]

    def _sent(self, where: str) -> list[Field]:
        return [field for field in self.fields if field.where == where and (field.name in self.sent or where == "path")]

    def _parts(self) -> dict[str, Any]:
        """Return the request's query, headers, cookies and body, as httpx takes them."""
        headers = {part.name: _bare(self.texts[part.name]) for part in self._sent("header")}
        cookies = "; ".join(f"{part.name}={_bare(self.texts[part.name])}" for part in self._sent("cookie"))
        parts: dict[str, Any] = {"headers": headers | ({"cookie": cookies} if cookies else {})}
        if query := [(part.name, _bare(self.texts[part.name])) for part in self._sent("query")]:
            parts["params"] = query
        if any(field.where == "body" for field in self.fields):
            parts["content"] = self._body()
            parts["headers"]["content-type"] = "application/json"
        return parts

    def _body(self) -> str:
        """Return the body as JSON. Values stand in it as they were written, also those that JSON does not know."""
        tree: dict[str, Any] = {}
        for part in self._sent("body"):
            if len(part.loc) == 1:
                return as_json(self.texts[part.name])
            node = tree
            for name in part.loc[1:-1]:
                node = node.setdefault(name, {})
            node[part.loc[-1]] = as_json(self.texts[part.name])
        return _object(tree)


def as_json(text: str) -> str:
    """Return a text as it is if it is JSON (NaN and Infinity count as such), else as a JSON string."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text)
    return text


def _bare(text: str) -> str:
    """Return a value as it stands outside of JSON: a string without its quotes."""
    value = json.loads(as_json(text))
    return value if isinstance(value, str) else text


def _object(tree: dict[str, Any]) -> str:
    inner = (
        f"{json.dumps(key)}: {_object(value) if isinstance(value, dict) else value}" for key, value in tree.items()
    )
    return f"{{{', '.join(inner)}}}"
