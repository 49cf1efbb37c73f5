"""Brings a JSON Schema, as an OpenAPI document holds it, into one plain form.

The same thing can be said in several ways: by reference, as one of several alternatives, with bounds that are numbers
or flags. `plain` returns one object without references in which the type is one word and null is a flag. A document
that somebody wrote by hand may be anything, so what is not as it should be counts as not said.
"""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 12
"""How many alternatives and parts of a schema may stand inside each other; some contain themselves."""
KINDS = {"integer", "number", "string", "boolean", "array", "object"}


def mapping(value: Any, *names: str) -> dict[str, Any]:
    """Return the object that these names lead to, one inside the other; {} if there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def resolved(document: Any, node: Any) -> dict[str, Any]:
    """Return an object of the document with its references followed; what stands beside a reference goes first."""
    found = mapping(node)
    seen: set[str] = set()
    while isinstance(found.get("$ref"), str) and found["$ref"] not in seen:
        seen.add(found["$ref"])
        beside = {key: value for key, value in found.items() if key != "$ref"}
        steps = found["$ref"].removeprefix("#/").split("/")
        found = mapping(document, *(step.replace("~1", "/").replace("~0", "~") for step in steps)) | beside
    return found


def plain(document: Any, schema: Any, deep: int = 0) -> dict[str, Any]:
    """Return a schema without references and alternatives of null, with `kind` and `nullable`."""
    found = resolved(document, schema) if deep < DEEPEST else {}
    for part in _list(found.get("allOf")):
        found = plain(document, part, deep + 1) | found
    options = [resolved(document, option) for option in _list(found.get("anyOf")) + _list(found.get("oneOf"))]
    values = [option for option in options if option.get("type") != "null"]
    beside = {key: value for key, value in found.items() if key not in ("anyOf", "oneOf")}
    nullable = len(values) < len(options) or "null" in _list(found.get("type")) or found.get("nullable") is True
    if len(values) == 1:
        found = plain(document, values[0], deep + 1) | beside
    elif number := _number(values):
        found = number | beside
    return found | {"kind": _kind(found), "nullable": nullable or found.get("nullable") is True}


def examples(schema: dict[str, Any]) -> list[Any]:
    """Return the examples that a schema carries, in either spelling."""
    return [*_list(schema.get("examples")), *([schema["example"]] if "example" in schema else [])]


def choices(schema: dict[str, Any]) -> tuple[Any, ...]:
    """Return all values that a plain schema allows, null left aside; () if it does not list them."""
    listed = [schema["const"]] if "const" in schema else _list(schema.get("enum"))
    return tuple(choice for choice in listed if choice is not None)


def bound(schema: dict[str, Any], name: str, exclusive: str, tighter: Any) -> tuple[float | None, bool]:
    """Return a number's bound and whether the bound itself is outside; `tighter` chooses where there are two."""
    inclusive, outside = schema.get(name), schema.get(exclusive)
    if not _is_number(outside):  # OpenAPI 3.0 wrote true here
        return (inclusive, outside is True) if _is_number(inclusive) else (None, False)
    if _is_number(inclusive) and inclusive != outside and tighter(inclusive, outside) == inclusive:
        return inclusive, False
    return outside, True


def size(schema: dict[str, Any], limit: str) -> int | None:
    """Return how long a text or an array has to be (`min`) or may be (`max`); None if that is not said."""
    found = schema.get(f"{limit}Items" if schema.get("kind") == "array" else f"{limit}Length")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _kind(schema: dict[str, Any]) -> str:
    """Return the type in one word; `any` where the schema leaves it open."""
    said = schema.get("type")
    types = [kind for kind in (said if isinstance(said, list) else [said]) if kind in KINDS]
    if len(types) == 1:
        is_file = schema.get("format") == "binary" or "contentMediaType" in schema
        return "file" if types == ["string"] and is_file else str(types[0])
    names = {type(choice) for choice in choices(schema)}
    return "string" if names == {str} else "object" if "properties" in schema else "any"


def _number(options: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the number among alternatives, as Pydantic writes a Decimal: a number or its text; {} if there is none."""
    numbers = [option for option in options if option.get("type") == "number"]
    only = len(numbers) == 1 and all(option.get("type") in ("number", "integer", "string") for option in options)
    return numbers[0] if only else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
