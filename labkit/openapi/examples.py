"""Finds what an OpenAPI document shows to people: the examples of a body, and which fields are described."""

from __future__ import annotations

from typing import Any

from labkit.openapi.fields import NoOperation, fields, operation
from labkit.openapi.schemas import examples, mapping, plain, resolved


def shown(document: Any, method: str, path: str) -> list[Any]:
    """Return every example of a whole body; one made of the fields' own examples if there is no other.

    Returns:
        The examples; [] if there are none, or no such operation.
    """
    try:
        _, found = operation(document, method, path)
        parts = {field.loc[1]: field.examples for field in fields(document, method, path) if len(field.loc) == 2}
    except NoOperation:
        return []
    whole: list[Any] = []
    for media in map(mapping, mapping(resolved(document, found.get("requestBody")), "content").values()):
        named = [mapping(example).get("value") for example in mapping(media, "examples").values()]
        whole += [*examples(plain(document, media.get("schema"))), *examples(media), *named]
    if not whole and parts and all(parts.values()):
        return [{name: given[0] for name, given in parts.items()}]
    return whole


def described(document: Any, method: str, path: str) -> set[str]:
    """Return the names of the fields that have a description."""
    try:
        return {field.name for field in fields(document, method, path) if field.description.strip()}
    except NoOperation:
        return set()
