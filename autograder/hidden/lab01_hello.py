"""The hidden checks of lab01_hello: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.checks.api import Api, Overdue, exercise, table
from labkit.checks.compare import same

Items = list[dict[str, Any]]


@pytest.fixture
def items(given: dict[str, Any]) -> Items:
    """ITEMS, as the module has them."""
    return table(given, "ITEMS", 25, "item_name")


@exercise("root")
def test_hello_again(api: Api) -> None:
    """Every client gets the same message, every time."""
    for client in ("curl/8.5.0", "Mozilla/5.0"):
        api.get("/", headers={"User-Agent": client}).expect(200, {"message": "Hello World"})


@exercise("path_parameter")
def test_other_numbers(api: Api) -> None:
    """Other numbers come back as numbers."""
    for number in (7, 310, 123456789):
        api.get(f"/items/{number}").expect(200, {"item_id": number})


@exercise("path_parameter")
def test_other_words(api: Api) -> None:
    """Other words are refused."""
    for word in ("forty-two", "42nd", "x1"):
        api.get(f"/items/{word}").expect(422)


@exercise("query_parameters")
def test_other_pages(api: Api, items: Items) -> None:
    """Other pages are slices, too."""
    for skip, limit in ((0, 25), (9, 1), (13, 4), (24, 1), (23, 7), (3, 99), (400, 20)):
        api.get(f"/items?skip={skip}&limit={limit}").expect(200, items[skip : skip + limit])


@exercise("query_parameters")
def test_far_outside(api: Api) -> None:
    """Numbers far outside the bounds are refused."""
    for query, name in (("skip=-25", "skip"), ("limit=5000", "limit"), ("limit=-10", "limit")):
        api.get(f"/items?{query}").refuse(name)
    api.get("/items?skip=-2&limit=5").refuse("skip")
    api.get("/items?skip=2&limit=500").refuse("limit")


@exercise("optional_query")
def test_other_searches(api: Api, items: Items) -> None:
    """Other words are found in every case."""
    own = [item["item_name"][:40] for item in items[::6]]
    for q in ("MUG", "coffee T", "usb cable", "umbrella", "last S", *(name.swapcase() for name in own)):
        api.get("/search", params={"q": q}).expect(200, _found(items, q))


@exercise("optional_query")
def test_signs(api: Api, items: Items) -> None:
    """Signs that mean something in a pattern are plain text."""
    for q in (".", "(", ".*", "mug (", "%", "[a-z]"):
        api.get("/search", params={"q": q}).expect(200, _found(items, q))


@exercise("optional_query")
def test_other_lengths(api: Api) -> None:
    """The length of q counts characters, and far too many are refused."""
    api.get("/search", params={"q": "é" * 50}).expect(200, {"q": "é" * 50, "results": []})
    for length in (52, 400):
        api.get("/search", params={"q": "y" * length}).refuse("q")


@exercise("route_order")
def test_other_numbers_are_not_latest(api: Api, items: Items) -> None:
    """Other numbers in the path are not answered with the latest item."""
    for number in (7, 11):
        try:
            reply = api.get(f"/items/{number}")
        except Overdue:  # a function that never ends belongs to path_parameter; anything else has to be an answer
            continue
        if same(reply.json, items[-1]):
            reply.fail("anything but the latest item")


@exercise("route_order")
def test_latest_again(api: Api, items: Items) -> None:
    """The latest item stays the same after other requests."""
    for _ in range(2):
        api.get("/items/latest").expect(200, items[-1])


@exercise("documentation")
def test_document_stays(api: Api) -> None:
    """The document is the same when it is asked for again."""
    first = api.get("/openapi.json").expect(200)
    again = api.get("/openapi.json").expect(200)
    if again.text != first.text:
        again.fail("the same document as before")


def _found(items: Items, q: str) -> dict[str, Any]:
    return {"q": q, "results": [item for item in items if q.lower() in item["item_name"].lower()]}
