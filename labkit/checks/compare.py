"""Compares JSON values as a contract means them, and says where two of them differ."""

from __future__ import annotations

import json
from typing import Any


def same(left: Any, right: Any) -> bool:
    """Compare two JSON values: numbers by value, booleans only with booleans, objects without order."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def difference(wanted: Any, found: Any, place: str = "") -> tuple[str, str]:
    """Say in two phrases where two JSON values first differ, for bodies too long to be shown side by side."""
    here = f" at {place.removeprefix('.')}" if place else ""
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        key = next(key for key in wanted if not same(wanted[key], found[key]))
        return difference(wanted[key], found[key], f"{place}.{key}")
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return _items(wanted) + here, _items(found) + here
        index = next(index for index, value in enumerate(wanted) if not same(value, found[index]))
        return difference(wanted[index], found[index], f"{place}[{index}]")
    return json.dumps(wanted) + here, json.dumps(found) + here


def _items(values: list[Any]) -> str:
    return f"{len(values)} item{'' if len(values) == 1 else 's'}"
