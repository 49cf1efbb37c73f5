"""The visible checks of lab01_hello: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labkit.checks.api import Api, Overdue, Reply, exercise, table
from labkit.checks.compare import same

Items = list[dict[str, Any]]

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def items(given: dict[str, Any]) -> Items:
    """ITEMS, as the module has them."""
    return table(given, "ITEMS", 25, "item_name")


@exercise("root")
def test_hello_world(api: Api) -> None:
    """GET / answers with the message Hello World."""
    wanted = {"message": "Hello World"}
    reply = api.get("/")
    advice = _unanswered(reply)
    if isinstance(reply.json, dict) and _lower(reply.json.get("message")) == "hello world":
        advice = "the same letters, capitals included: Hello World"
    elif isinstance(reply.json, str):
        advice = "return the dict itself: FastAPI makes the JSON"
    reply.expect(200, wanted, advice=advice)


@exercise("path_parameter")
def test_number_in_the_path(api: Api) -> None:
    """A number in the path comes back as a number."""
    reply = api.get("/items/42")
    advice = _unanswered(reply)
    if same(reply.json, {"item_id": "42"}):
        advice = "annotate the argument: item_id: int"
    elif reply.status == 422 and '"query"' in reply.text:
        advice = "the argument has the name that stands in the braces: item_id"
    reply.expect(200, {"item_id": 42}, advice=advice)


@exercise("path_parameter")
def test_word_in_the_path(api: Api) -> None:
    """A word in the place of the number is refused."""
    reply = api.get("/items/foo")
    advice = "annotate the argument: item_id: int" if same(reply.json, {"item_id": "foo"}) else None
    if str(reply.raised).startswith("ValueError"):
        advice = "leave the conversion to the annotation: item_id: int"
    reply.expect(422, advice=advice)


@exercise("query_parameters")
def test_one_page(api: Api, items: Items) -> None:
    """A page has limit items and starts after the first skip items."""
    reply = api.get("/items?skip=2&limit=5")
    advice = _unanswered(reply)
    if same(reply.json, items[2:5]):
        advice = "end the slice at skip + limit, not at limit"
    elif reply.status == 404:
        advice = 'the path ends before the "?": @app.get("/items")'
    reply.expect(200, items[2:7], advice=advice)


@exercise("query_parameters")
def test_defaults(api: Api, items: Items) -> None:
    """Without skip a page starts at the first item, without limit it has 10."""
    _accepted(api.get("/items"), items[:10])
    _accepted(api.get("/items?skip=7"), items[7:17])
    _accepted(api.get("/items?limit=3"), items[:3])


@exercise("query_parameters")
def test_end_of_the_list(api: Api, items: Items) -> None:
    """The last page is shorter, and behind it there are only empty ones."""
    _accepted(api.get("/items?skip=20&limit=10"), items[20:])
    _accepted(api.get("/items?skip=25"), [])


@exercise("query_parameters")
def test_smallest_limit(api: Api, items: Items) -> None:
    """A limit of 1 is accepted, 0 and -1 are refused."""
    _accepted(api.get("/items?limit=1"), items[:1], "ge=1 includes 1, gt=1 does not")
    for limit in (0, -1):
        _refused(api.get(f"/items?limit={limit}"), "limit", "give limit a lower bound: Query(ge=...)")


@exercise("query_parameters")
def test_largest_limit(api: Api, items: Items) -> None:
    """A limit of 100 is accepted, 101 is refused."""
    _accepted(api.get("/items?limit=100"), items, "le=100 includes 100, lt=100 does not")
    _refused(api.get("/items?limit=101"), "limit", "give limit an upper bound: Query(le=...)")


@exercise("query_parameters")
def test_negative_skip(api: Api, items: Items) -> None:
    """A skip of 0 is accepted, -1 is refused."""
    _accepted(api.get("/items?skip=0&limit=2"), items[:2], "ge=0 includes 0, gt=0 does not")
    _refused(api.get("/items?skip=-1"), "skip", "a negative skip counts from the end: bound it with Query(ge=...)")


@exercise("query_parameters")
def test_words_for_numbers(api: Api) -> None:
    """A word for skip or limit is refused."""
    for name in ("skip", "limit"):
        _refused(api.get(f"/items?{name}=many"), name, f"annotate the argument: {name}: int")


@exercise("optional_query")
def test_search(api: Api, items: Items) -> None:
    """A search answers with q and every item whose name contains it."""
    q = _telling(items, "measure")
    reply, wanted = api.get("/search", params={"q": q}), _found(items, q)
    bare = same(reply.json, wanted | {"results": [item["item_name"] for item in wanted["results"]]})
    advice = "results has the whole items, not their names" if bare else _unanswered(reply)
    reply.expect(200, wanted, advice=advice)


@exercise("optional_query")
def test_search_ignores_case(api: Api, items: Items) -> None:
    """Capitals make no difference to what is found."""
    for q in (_telling(items, word) for word in ("lava", "UMBRELLA", "dUcK")):
        reply = api.get("/search", params={"q": q})
        exact = [item for item in items if q in item["item_name"]]
        advice = None
        if same(reply.json, {"q": q, "results": exact}):
            advice = "compare both in lower case: q.lower() and the name's .lower()"
        elif q != q.lower() and same(reply.json, _found(items, q) | {"q": q.lower()}):
            advice = "answer with q as it was sent"
        reply.expect(200, _found(items, q), advice=advice)


@exercise("optional_query")
def test_search_without_q(api: Api) -> None:
    """Without q the answer is q null and no results."""
    reply = api.get("/search")
    advice = "q is required until it has a default: give it = None" if reply.status == 422 else _unanswered(reply)
    if str(reply.raised).startswith(("TypeError", "AttributeError")):
        advice = "without q there is None: answer before you search"
    reply.expect(200, {"q": None, "results": []}, advice=advice)


@exercise("optional_query")
def test_search_finds_nothing(api: Api) -> None:
    """A search that finds nothing answers with an empty list."""
    api.get("/search", params={"q": "zeppelin"}).expect(200, {"q": "zeppelin", "results": []})


@exercise("optional_query")
def test_search_keeps_order(api: Api, items: Items) -> None:
    """Results stand in the order of ITEMS."""
    for q in (_telling(items, word) for word in ("able", "e")):
        reply = api.get("/search", params={"q": q})
        wanted = _found(items, q)
        results = reply.json.get("results") if isinstance(reply.json, dict) else None
        complete = isinstance(results, list) and all(item in results for item in wanted["results"])
        reply.expect(200, wanted, advice="go through ITEMS once, from its first to its last" if complete else None)


@exercise("optional_query")
def test_longest_q(api: Api) -> None:
    """A q of 50 characters is accepted, one of 51 is refused."""
    q = "z" * 50
    _accepted(api.get("/search", params={"q": q}), {"q": q, "results": []}, "max_length=50 includes 50")
    _refused(api.get("/search", params={"q": q + "z"}), "q", "bound the length: Query(max_length=...)")


@exercise("route_order")
def test_latest(api: Api, items: Items) -> None:
    """GET /items/latest answers with the last of ITEMS."""
    reply = api.get("/items/latest")
    advice = None
    if (reply.status == 422 and '"path"' in reply.text) or same(reply.json, {"item_id": "latest"}):
        advice = "find the route above yours that this path fits as well: the first that fits takes the request"
    elif same(reply.json, items[-1:]):
        advice = "answer with the item itself, not with a list of one"
    reply.expect(200, items[-1], advice=advice)


@exercise("route_order")
def test_number_is_not_latest(api: Api, items: Items) -> None:
    """A number in the path is not answered with the latest item."""
    try:
        reply = api.get("/items/42")
    except Overdue:  # a function that never ends belongs to path_parameter; anything else has to be an answer
        return
    if same(reply.json, items[-1]):
        reply.fail("anything but the latest item", "the path of your route is /items/latest, without braces")


@exercise("documentation")
def test_title(api: Api) -> None:
    """The title is Hello API."""
    _info(api, "title", "Hello API")


@exercise("documentation")
def test_version(api: Api) -> None:
    """The version is 1.0.0."""
    _info(api, "version", "1.0.0")


@exercise("documentation")
def test_description(api: Api) -> None:
    """The API has a description."""
    reply, info = _document(api, "info")
    if not str(info.get("description") or "").strip():
        reply.fail("an info.description", "app.description = ...", got="none")


@exercise("documentation")
def test_every_operation_has_a_description(api: Api) -> None:
    """Every operation has a description."""
    reply, paths = _document(api, "paths")
    if not paths and api.get("/").status == 404:
        advice = "change the app that is there: a second FastAPI() has none of its routes"
        reply.fail("a description for every operation", advice, got="no operation at all")
    silent = [
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method, operation in (operations.items() if isinstance(operations, dict) else ())
        if method in METHODS and isinstance(operation, dict) and not str(operation.get("description") or "").strip()
    ]
    if silent:
        got = f"none for {', '.join(silent)}"
        reply.fail("a description for every operation", "a docstring is the first line of its function", got=got)


@exercise("documentation")
def test_pages(api: Api) -> None:
    """The pages /docs and /redoc answer."""
    api.get("/docs").expect(200)
    api.get("/redoc").expect(200)


def _accepted(reply: Reply, body: Any, advice: str | None = None) -> None:
    """Expect a request to be answered; `advice` is for a value that was refused, and not for one that was missed."""
    if '"missing"' in reply.text:
        advice = "an argument is required until it has a default"
    reply.expect(200, body, advice=advice if reply.status == 422 else None)


def _unanswered(reply: Reply) -> str | None:
    """Say what is wrong where a function has ended without a value, or with a set."""
    if reply.status == 200 and reply.text == '["Hello World"]':
        return 'a dict has a name, a colon and a value; without the colon it is a set: {"message": "Hello World"}'
    nothing = reply.status == 200 and reply.text == "null"
    return "write return before the answer: without it the answer is null" if nothing else None


def _refused(reply: Reply, name: str, advice: str) -> None:
    reply.refuse(name, advice=advice if reply.status == 200 else None)


def _found(items: Items, q: str) -> dict[str, Any]:
    return {"q": q, "results": [item for item in items if q.lower() in item["item_name"].lower()]}


def _telling(items: Items, q: str) -> str:
    """Return a q that finds something: where the module has other items, a part of one of their names."""
    if _found(items, q)["results"]:
        return q
    longest = max((str(item["item_name"]) for item in items), key=len)
    return longest[1:40].swapcase() or longest


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _document(api: Api, part: str) -> tuple[Reply, dict[str, Any]]:
    """Ask for the OpenAPI document; return the reply and one part of it."""
    reply = api.get("/openapi.json").expect(200)
    document = reply.json
    found = document.get(part) if isinstance(document, dict) else None
    if not isinstance(found, dict):
        reply.fail(f"an OpenAPI document with {part}")
    return reply, found


def _info(api: Api, name: str, wanted: str) -> None:
    reply, info = _document(api, "info")
    found = info.get(name)
    if found == wanted:
        return
    advice = "the same letters, capitals included" if _lower(found) == wanted.lower() else f"app.{name} = ..."
    reply.fail(f'info.{name} "{wanted}"', advice, got=f"info.{name} {json.dumps(found)}")
