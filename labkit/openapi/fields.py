"""Reads an OpenAPI document: which fields a request has, and what may stand in each.

Each field becomes one Field. A panel draws it, and finds the field that a refusal names by its `loc`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labkit.openapi.schemas import bound, choices, examples, mapping, plain, resolved, size

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
"""Stands for a default where there is none; None is a default that many fields have."""

DEEPEST = 8
"""How many objects may stand inside each other before one is left as it is; some models contain themselves."""

_FORMATS = {"email": "ada@example.com", "uuid": "00000000-0000-4000-8000-000000000000", "date": "2026-01-31"}


class NoOperation(LookupError):
    """The API has no such operation; the message names those it has."""


@dataclass(frozen=True)
class Field:
    """One value that a request carries.

    Attributes:
        loc: where it stands, as a 422 says it: ("body", "age"), ("query", "skip"). A body that is not an object is
            ("body",) alone.
        kind: integer, number, string, boolean, array, object, file, or any where the schema leaves it open.
        required: whether it has to be sent.
        nullable: whether it may be null.
        default: what the server takes if it is not sent; MISSING if the document does not say.
        minimum, maximum: the bounds of a number; None where there is none.
        exclusive_minimum, exclusive_maximum: whether the bound itself is outside.
        min_length, max_length: how many characters a text has, or how many items an array.
        choices: all values it may have; empty if they are not listed.
        pattern, format: as JSON Schema has them; empty if they are not given.
        description: what its author wrote about it.
        examples: what its author gave as examples, those of the whole request first.
        item: what stands in an array.
    """

    loc: tuple[str, ...]
    kind: str
    required: bool = True
    nullable: bool = False
    default: Any = MISSING
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    min_length: int | None = None
    max_length: int | None = None
    choices: tuple[Any, ...] = ()
    pattern: str = ""
    format: str = ""
    description: str = ""
    examples: tuple[Any, ...] = ()
    item: Field | None = None

    @property
    def where(self) -> str:
        """The part of the request: path, query, header, cookie or body."""
        return self.loc[0]

    @property
    def name(self) -> str:
        """Its name, with dots where objects are nested; `body` if the body is the value itself."""
        return ".".join(self.loc[1:]) or self.loc[0]

    @property
    def bounds(self) -> str:
        """What may stand in it, in words; empty if the document sets no bounds."""
        if self.choices:
            said = [f"one of {', '.join(map(str, self.choices))}"]
        else:
            kind = f"each {self.item.kind} {self.item.bounds}".rstrip() if self.item and self.item.bounds else ""
            said = [_range(self), _length(self), self.format, f"like {self.pattern}" if self.pattern else "", kind]
        return ", ".join(filter(None, [*said, "or null" if self.nullable else ""]))

    @property
    def start(self) -> Any:
        """A value to begin with: an example if there is one, else the default, else one made from the bounds."""
        if self.examples:
            return self.examples[0]
        if self.default is not MISSING:
            return self.default
        return None if self.nullable else _made(self)


def operation(document: Any, method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return an operation of an OpenAPI document, behind its path as the document has it.

    Args:
        document: what `/openapi.json` answers.
        method: the HTTP method.
        path: the path as the document has it, or one that fits it: /items/42 fits /items/{item_id}.

    Raises:
        NoOperation: the document has no such operation.
    """
    wanted, paths = path.split("?")[0], mapping(document, "paths")
    fitting = [template for template in paths if _fits(template, wanted)]
    for template in sorted(fitting, key=lambda template: (template != wanted, template.count("{"))):
        if found := mapping(paths, template, method.lower()):
            return template, found
    has = [f"{verb.upper()} {place}" for place in paths for verb in mapping(paths, place) if verb != "parameters"]
    raise NoOperation(f"the API has no {method.upper()} {path}; it has {', '.join(has) or 'no operation at all'}")


def fields(document: Any, method: str, path: str) -> list[Field]:
    """Return the fields of an operation's request, in the order of the document: parameters, then the body.

    An object that has to be sent is taken apart into its fields. One that may be left out or be null is one field.

    Raises:
        NoOperation: it has no such operation.
    """
    template, found = operation(document, method, path)
    parameters: dict[tuple[str, str], dict[str, Any]] = {}
    for listed in (mapping(document, "paths", template).get("parameters"), found.get("parameters")):
        for given in listed if isinstance(listed, list) else []:
            parameter = resolved(document, given)
            parameters[str(parameter.get("in")), str(parameter.get("name"))] = parameter
    made = [_parameter(document, loc, given) for loc, given in parameters.items()]
    return [*made, *_body(document, resolved(document, found.get("requestBody")))]


def _fits(template: str, path: str) -> bool:
    """Whether a path is an instance of a template; a slash at the end makes no difference."""
    parts = re.split(r"\{[^}]*\}", template.rstrip("/"))
    return bool(re.fullmatch("[^/]+".join(map(re.escape, parts)), path.rstrip("/"))) or template == path


def _parameter(document: Any, loc: tuple[str, ...], given: dict[str, Any]) -> Field:
    schema = plain(document, given.get("schema"))
    words = given.get("description") or schema.get("description")
    shown = [*_named(given), *examples(given), *examples(schema)]
    return _field(document, loc, schema | {"description": words}, bool(given.get("required")), shown)


def _body(document: Any, body: dict[str, Any]) -> Iterator[Field]:
    content = mapping(body, "content")
    if content:
        kind = next((kind for kind in content if "json" in kind), next(iter(content)))
        media = mapping(content, kind)
        schema, shown = plain(document, media.get("schema")), [*_named(media), *examples(media)]
        yield from _taken_apart(document, ("body",), schema, bool(body.get("required")), shown)


def _named(holder: dict[str, Any]) -> list[Any]:
    """Return the values of OpenAPI's own examples, which have names."""
    return [example["value"] for example in map(mapping, mapping(holder, "examples").values()) if "value" in example]


def _taken_apart(
    document: Any, loc: tuple[str, ...], schema: dict[str, Any], required: bool, given: list[Any]
) -> Iterator[Field]:
    """Yield the fields of an object, or the one field that something else is."""
    given = [*given, *examples(schema)]
    properties = mapping(schema, "properties")
    if not properties or schema["nullable"] or not required or len(loc) > DEEPEST:
        yield _field(document, loc, schema, required, given)
        return
    needed = schema.get("required") or []
    for name, inner in properties.items():
        of_whole = [example[name] for example in given if isinstance(example, dict) and name in example]
        yield from _taken_apart(document, (*loc, name), plain(document, inner), name in needed, of_whole)


def _field(
    document: Any, loc: tuple[str, ...], schema: dict[str, Any], required: bool = True, given: list[Any] | None = None
) -> Field:
    low, low_is_outside = bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_is_outside = bound(schema, "maximum", "exclusiveMaximum", min)
    item = plain(document, schema["items"]) if "items" in schema and len(loc) <= DEEPEST else None
    return Field(
        loc,
        schema["kind"],
        required=required,
        nullable=schema["nullable"],
        default=schema.get("default", MISSING),
        minimum=low,
        maximum=high,
        exclusive_minimum=low_is_outside,
        exclusive_maximum=high_is_outside,
        min_length=size(schema, "min"),
        max_length=size(schema, "max"),
        choices=choices(schema),
        pattern=str(schema.get("pattern") or ""),
        format=str(schema.get("format") or ""),
        description=str(schema.get("description") or ""),
        examples=tuple(examples(schema) if given is None else given),
        item=_field(document, (*loc, "0"), item) if item else None,
    )


def _range(field: Field) -> str:
    low, high = field.minimum, field.maximum
    first = "" if low is None else f"{'above' if field.exclusive_minimum else 'from'} {_digits(low)}"
    last = "" if high is None else f"{'below' if field.exclusive_maximum else 'up to'} {_digits(high)}"
    return (" and " if field.exclusive_maximum else " ").join(filter(None, [first, last]))


def _length(field: Field) -> str:
    least, most = field.min_length or 0, field.max_length
    unit = ("item" if field.kind == "array" else "character") + ("" if (most or least) == 1 else "s")
    if most is None:
        return f"at least {least} {unit}" if least else ""
    return f"{most} {unit}" if least == most else f"{least} to {most} {unit}"


def _digits(number: float) -> str:
    return f"{int(number) if number == int(number) else number:,}"


def _made(field: Field) -> Any:
    """Make a value that fits the bounds, as far as the document tells them; a pattern is not followed."""
    if field.choices:
        return field.choices[0]
    match field.kind:
        case "integer" | "number":
            return number if (number := _inside(field)) % 1 else int(number)
        case "boolean":
            return False
        case "array":
            return [field.item.start if field.item else None] * (field.min_length or 0)
        case "object":
            return {}
        case "string":
            text = _FORMATS.get(field.format, "a")
            return text.ljust(field.min_length or 0, "a")[: field.max_length]
    return None


def _inside(field: Field) -> float:
    """Return a number between the bounds."""
    low, high = field.minimum, field.maximum
    if low is None:
        return 0 if high is None else min(0, high - field.exclusive_maximum)
    if not field.exclusive_minimum:
        return low
    return low + 1 if field.kind == "integer" or high is None else low / 2 + high / 2
