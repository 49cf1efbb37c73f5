"""Reads the OpenAPI document of the live server, as any client would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from labkit.http.exchange import exchange
from labkit.live.server import Server
from labkit.openapi.schemas import mapping

SECONDS = 2.0
"""How long the document may take: a panel opens although the server hangs."""
AGENT = {"User-Agent": "labkit-panel"}
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


class NoSchema(Exception):
    """There is no document to read; the message says why."""


class Schema:
    """The document of whatever is served, read once each time that something else is."""

    def __init__(self, server: Server, client: Callable[[], httpx.Client]) -> None:
        """Read from this server, with the client that the function returns."""
        self._server, self._client = server, client
        self._kept: tuple[int, Any] | None = None

    def document(self) -> Any:
        """Return the document.

        Raises:
            NoSchema: the server does not run, its application has no document, or it cannot be read.
        """
        now = self._server.changes
        if not self._server.running:
            raise NoSchema(f"not serving: {self._server.problem}")
        if self._kept is None or self._kept[0] != now:
            self._kept = now, self._read()
        return self._kept[1]

    def _read(self) -> Any:
        path = self._server.pages.openapi
        if path is None:
            raise NoSchema("the app has no OpenAPI document, so there are no forms: is its openapi_url None?")
        client = self._client()
        try:
            response, body = exchange(client, client.build_request("GET", path, headers=AGENT), SECONDS)
            document = json.loads(body) if response.status_code == 200 else None
        except (TimeoutError, httpx.HTTPError, ValueError, RecursionError) as problem:
            raise NoSchema(f"GET {path} gives no document: {type(problem).__name__} {problem}".rstrip()) from None
        if document is None:
            raise NoSchema(f"GET {path} answers {response.status_code}, so there are no forms")
        return document


def operations(document: Any) -> list[tuple[str, str]]:
    """Return the method and the path of each operation, in the order of the document."""
    paths = mapping(document, "paths")
    return [(method.upper(), path) for path in paths for method in _METHODS if mapping(paths, path, method)]
