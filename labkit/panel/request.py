"""What a form says, as a request: to be sent, as a curl command, and as a call of httpx."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from labkit.openapi.fields import MISSING, Field, operation
from labkit.openapi.schemas import mapping, resolved

JSON = "application/json"
_MULTIPART, _FORM = "multipart/form-data", "application/x-www-form-urlencoded"
_WITH_BODY = {"POST", "PUT", "PATCH"}


@dataclass(frozen=True)
class Upload:
    """A file that somebody has chosen.

    Attributes:
        name: what it is called.
        content: its bytes.
        kind: the content type that the browser gives it.
    """

    name: str
    content: bytes
    kind: str = "application/octet-stream"

    def __repr__(self) -> str:
        """As it is opened where it lies, in a line of Python."""
        return f"({self.name!r}, open({self.name!r}, 'rb'), {self.kind!r})"


Said = Sequence[tuple[Field, str | Upload]]
"""What a form says: the text of each field, or the file."""


@dataclass(frozen=True)
class Asked:
    """A request as httpx takes it.

    Attributes:
        method: the HTTP method.
        path: the path, with its parameters filled in.
        options: what else there is to it, by httpx's names: params, headers, json, content, data, files.
    """

    method: str
    path: str
    options: dict[str, Any]

    @property
    def sent(self) -> dict[str, Any]:
        """The options with the bytes of files in the place of the files."""
        files = {
            name: (file.name, file.content, file.kind) if isinstance(file, Upload) else file
            for name, file in self.options.get("files", {}).items()
        }
        return {**self.options, "files": files} if files else self.options

    def curl(self, address: str) -> str:
        """Return the command that sends it to this address."""
        options = self.options
        query = urlencode(options["params"], doseq=True) if "params" in options else ""
        words = ["curl", "-i", *(() if self.method == "GET" else ("-X", self.method))]
        words.append(address + self.path + (f"?{query}" if query else ""))
        for name, value in options.get("headers", {}).items():
            words += ["-H", f"{name}: {value}"]
        if "json" in options:
            words += ["-H", f"Content-Type: {JSON}", "-d", json.dumps(options["json"], ensure_ascii=False)]
        if "content" in options:
            words += ["-d", options["content"]]
        for name, file in options.get("files", {}).items():
            chosen = isinstance(file, Upload)
            words += [
                "-F",
                f"{name}=@{file.name};type={file.kind}" if chosen else f"{name}={file[1]};filename={name}.txt",
            ]
        for name, value in options.get("data", {}).items():
            words += ["-F" if "files" in options else "--data-urlencode", f"{name}={value}"]
        return shlex.join(words)

    def httpx(self, address: str) -> str:
        """Return the lines of Python that send it to this address."""
        function = self.method.lower()
        name = f'httpx.{function}("{address}{self.path}"'
        if function not in {"get", "head", "options", "delete", "post", "put", "patch"} or self._odd():
            name = f'httpx.request("{self.method}", "{address}{self.path}"'
        call = ", ".join([name, *(f"{option}={value!r}" for option, value in self.options.items())])
        return f"import httpx\nresponse = {call})\nprint(response.status_code, response.text)"

    def _odd(self) -> bool:
        """Whether it has a body although its method usually has none."""
        return self.method not in _WITH_BODY and bool({"json", "content", "data", "files"} & set(self.options))


def media(document: Any, method: str, path: str) -> str:
    """Return the content type in which an operation wants its body; empty if it takes none."""
    body = resolved(document, operation(document, method, path)[1].get("requestBody"))
    kinds = list(mapping(body, "content"))
    return next((kind for kind in kinds if "json" in kind), kinds[0] if kinds else "")


def ask(method: str, path: str, kind: str, said: Said, raw: str | None = None) -> Asked:
    """Make a request of what a form says.

    Args:
        method: the HTTP method.
        path: the path, with names in braces.
        kind: the content type of the body.
        said: the text of each field; an empty one is not sent.
        raw: the text of the whole body, in place of its fields.
    """
    parts: dict[str, dict[str, Any]] = {"params": {}, "headers": {}}
    places, cookies = {"query": "params", "header": "headers"}, []
    for field, text in ((field, text) for field, text in said if isinstance(text, str)):
        if field.where == "path":
            path = path.replace(f"{{{field.name}}}", quote(text, "/"))
        elif field.where in places and text:
            parts[places[field.where]][field.loc[-1]] = _several(text) if field.kind == "array" else text
        elif field.where == "cookie" and text:
            cookies.append(f"{field.loc[-1]}={text}")
    if cookies:
        parts["headers"]["Cookie"] = "; ".join(cookies)
    if raw is not None:
        parts["headers"]["Content-Type"] = kind
    options: dict[str, Any] = {name: values for name, values in parts.items() if values}
    body = _body(said, kind)
    if raw is not None:
        options["content"] = raw
    elif kind in {_MULTIPART, _FORM}:
        options |= _form(said, body)
    elif body is not MISSING:
        options["json"] = body
    return Asked(method.upper(), path, options)


def body_text(said: Said, kind: str) -> str:
    """Return the fields of the body as one JSON text."""
    body = _body(said, kind)
    return json.dumps({} if body is MISSING else body, indent=2, ensure_ascii=False)


def start(field: Field) -> str:
    """Return the text that a field begins with: nothing, unless it has to be sent."""
    return shown(field.start) if field.required and field.kind != "file" else ""


def shown(value: Any) -> str:
    """Return a value as somebody would type it."""
    if isinstance(value, str):
        return value or '""'
    return "" if value is MISSING else json.dumps(value, ensure_ascii=False)


def _body(said: Said, kind: str) -> Any:
    body: Any = MISSING
    for field, text in said:
        if field.where == "body" and text and not isinstance(text, Upload):
            body = _placed(body, field.loc[1:], _value(field, text, kind))
    return body


def _value(field: Field, text: str, kind: str) -> Any:
    """Return what somebody meant; what cannot be read stays text, so that the server may refuse it."""
    if "json" not in kind:
        return text
    if field.kind == "string":
        return {'""': "", "null": None if field.nullable else text}.get(text, text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _several(text: str) -> list[str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list):
        return [part.strip() for part in text.split(",")]
    return [shown(value) for value in values]


def _placed(body: Any, names: tuple[str, ...], value: Any) -> Any:
    """Return a body with a value at its place."""
    if not names:
        return value
    body = body if isinstance(body, dict) else {}
    return body | {names[0]: _placed(body.get(names[0]), names[1:], value)}


def _form(said: Said, body: Any) -> dict[str, Any]:
    """Return the fields of a form: what is a file, and what is not."""
    files = {
        field.name: text if isinstance(text, Upload) else (f"{field.name}.txt", text)
        for field, text in said
        if field.kind == "file" and text
    }
    values = {name: value for name, value in (body if isinstance(body, dict) else {}).items() if name not in files}
    return {name: part for name, part in (("files", files), ("data", values)) if part}
