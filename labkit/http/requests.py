"""Requests as a student writes them down, to be sent many times or at the same time.

A request is `"/items"`, `("GET", "/items")`, `("POST", "/predict", {"features": [1, 2]})`, the third being a JSON body,
or a dict such as `{"method": "POST", "path": "/predict", "json": {...}, "headers": {...}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Written = str | Sequence[Any] | Mapping[str, Any]
"""One request, in any of its forms."""


@dataclass(frozen=True)
class Ask:
    """One request.

    Attributes:
        method, path: the request line; the path may have a query.
        body: what is sent; None for nothing.
        headers: what is sent with it.
    """

    method: str
    path: str
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The request line."""
        return f"{self.method} {self.path}"


def read(first: Written | Sequence[Written], path: str | None = None, **options: Any) -> list[Ask]:
    """Return the requests that were written down.

    Args:
        first: a method, with `path` and options as httpx takes them; or one request; or a list of them.
        path: the path, after a method.
        options: json, content, headers.

    Raises:
        ValueError: something of it is no request; the message says what one looks like.
    """
    if path is not None:
        return [_ask(str(first), path, **options)]
    if options:
        raise ValueError(f"{', '.join(options)} goes with a method and a path, as in 'POST', '/predict', json=...")
    asked = [_read(one) for one in first] if isinstance(first, list) else [_read(first)]
    if not asked:
        raise ValueError("There is no request in the list.")
    return asked


def _read(one: Any) -> Ask:
    match one:
        case Ask():
            return one
        case str() if one.startswith("/"):
            return _ask("GET", one)
        case [str(method), str(path)]:
            return _ask(method, path)
        case [str(method), str(path), body]:
            return _ask(method, path, json=body)
        case {"path": str(path), **rest}:
            return _ask(str(rest.pop("method", "GET")), path, **{str(name): value for name, value in rest.items()})
    raise ValueError(f'{one!r} is no request. One is written ("GET", "/items") or ("POST", "/predict", {{...}}).')


def _ask(method: str, path: str, **options: Any) -> Ask:
    unknown = options.keys() - {"json", "content", "headers"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: a request has json, content and headers, nothing else.")
    headers = {str(name): str(value) for name, value in (options.get("headers") or {}).items()}
    body = options.get("content")
    if "json" in options:
        body = json.dumps(options["json"])
        headers = {"Content-Type": "application/json"} | headers
    return Ask(method.upper(), path, body, headers)
