"""Reads the OpenAPI document of the live server, as any client would."""

from __future__ import annotations

import json
from typing import Any

import httpx

from labkit.exchange import exchange
from labkit.schemas import mapping
from labkit.server import Server

SECONDS = 2.0
"""How long the document may take: a panel opens although the server hangs."""
AGENT = {"User-Agent": "labkit-panel"}
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


class NoSchema(Exception):
    """There is no document to read; the message says why."""


def read(server: Server, client: httpx.Client) -> Any:
    """Return the document.

    Raises:
        NoSchema: the server does not run, its application has no document, or it cannot be read.
    """
    if not server.running:
        raise NoSchema(f"not serving: {server.problem}")
    if server.pages.openapi is None:
        raise NoSchema("the app has no OpenAPI document, so there are no forms: is its openapi_url None?")
    asked = f"GET {server.pages.openapi}"
    try:
        response, body = exchange(client, client.build_request("GET", server.pages.openapi, headers=AGENT), SECONDS)
        document = json.loads(body) if response.status_code == 200 else None
    except (TimeoutError, httpx.HTTPError, ValueError, RecursionError) as problem:
        raise NoSchema(f"{asked} gives no document: {type(problem).__name__} {problem}".rstrip()) from None
    if document is None:
        raise NoSchema(f"{asked} answers {response.status_code}, so there are no forms")
    return document


def operations(document: Any) -> list[tuple[str, str]]:
    """Return the method and the path of each operation, in the order of the document."""
    paths = mapping(document, "paths")
    return [(method.upper(), path) for path in paths for method in _METHODS if mapping(paths, path, method)]
