"""What checks hold the documentation to: what it says of the app, of its operations, of what may go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from labkit.checks.api import Api, Reply
from labkit.openapi.schemas import mapping

VERBS = ("get", "post", "put", "patch", "delete")
ERRORS = {
    ("post", "/models"): ("409",),
    ("get", "/models/{}"): ("404",),
    ("patch", "/models/{}"): ("404",),
    ("delete", "/models/{}"): ("404",),
    ("put", "/deployment"): ("412", "428"),
    ("post", "/predict"): ("400",),
}
PAGE = "/documentation"
BACK = 'responses={...: {"description": ...}} in the decorator, where the operation stands: go back to its cell'


def read(api: Api) -> tuple[Reply, dict[str, Any]]:
    """Ask for the OpenAPI document."""
    reply = api.get("/openapi.json").expect(200)
    return reply, mapping(reply.json)


def says(api: Api, **wanted: str) -> None:
    """Expect what the document says of the whole app."""
    reply, document = read(api)
    info = mapping(document, "info")
    for name, value in wanted.items():
        if info.get(name) != value:
            reply.fail(f'info.{name} "{value}"', f"app.{name} = ...", got=f"info.{name} {json.dumps(info.get(name))}")
    if not str(info.get("description") or "").strip():
        reply.fail("info.description, a sentence", "app.description = ...", got="none")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Go through the operations: verb, path and what is said of each."""
    for path, item in mapping(document, "paths").items():
        for verb in VERBS:
            if isinstance(mapping(item).get(verb), dict):
                yield verb, path, item[verb]


def tagged(api: Api) -> None:
    """Expect each operation to carry tags, and each of those to be declared with a description."""
    reply, document = read(api)
    tags = document.get("tags")
    declared = {str(one.get("name")): one for one in map(mapping, tags if isinstance(tags, list) else [])}
    for verb, path, operation in operations(document):
        carried = operation.get("tags")
        if not isinstance(carried, list) or not carried:
            own = path == PAGE
            advice = "include_in_schema=False: a page is no operation" if own else "tags=[...] in the decorator"
            reply.fail("each operation carries tags", advice, got=f"{verb.upper()} {path} has none")
        for tag in carried:
            if not str(mapping(declared.get(str(tag))).get("description") or "").strip():
                reply.fail("each tag is declared with a description", "app.openapi_tags", got=f"{tag} is not")


def errors(api: Api) -> None:
    """Expect the errors of the tables with each operation that is there."""
    reply, document = read(api)
    for verb, path, operation in operations(document):
        for status in ERRORS.get((verb, re.sub(r"\{[^}]*\}", "{}", path)), ()):
            if status not in mapping(operation, "responses"):
                listed = ", ".join(sorted(mapping(operation, "responses"))) or "none"
                reply.fail(f"{status} among the responses of {verb.upper()} {path}", BACK, got=listed)


def page(api: Api) -> None:
    """Expect Swagger UI at /documentation, and nothing at /docs."""
    reply = api.get(PAGE).expect(200)
    kind = reply.headers.get("Content-Type", "")
    if not kind.startswith("text/html") or "swagger-ui" not in reply.text or "openapi.json" not in reply.text:
        reply.fail("200, a page with Swagger UI, made of /openapi.json", got=kind)
    api.get("/docs").expect(404)
