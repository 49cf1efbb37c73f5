"""What checks hold the registry to: POST, GET and DELETE, and the pages of its list."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urljoin, urlsplit

from labkit.checks.api import Api, Ask, Mismatch, Reply
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.labs.lab10_design.race import ROUNDS, RUNNERS, one_winner, start

MODELS = "/models"
MORE_THAN_A_PAGE = 22
INSERT = "the database decides, and not a look before: insert, commit, and answer 409 where it raises IntegrityError"
LATE = "the answer left before the commit: what stands behind `yield` runs after the answer, so commit in your function"
WHOLE = "total counts the whole collection, and not what is on the page: select(func.count()).select_from(...)"
LOST = "what was added is gone: without session.commit(), in your function and before it returns, nothing stays"
NULL = "null is no text: of the three fields accuracy alone may be null"
JSON = {"Content-Type": "application/json"}
BAD_FIELDS = [
    ('"description": ""', "description"),
    ('"description": null', "description"),
    ('"accuracy": NaN', "accuracy"),
    ('"accuracy": Infinity', "accuracy"),
    ('"accuracy": -Infinity', "accuracy"),
    ('"accuracy": 1.01', "accuracy"),
    ('"stage": "old"', "stage"),
    ('"stage": null', "stage"),
    ('"owner": "ada"', "owner"),
]
"""What no model may say of itself, and what the refusal names."""


def unknown() -> str:
    """Return an id that nobody has yet."""
    return f"m-{uuid.uuid4().hex[:12]}"


def entry(id_: str, **fields: Any) -> dict[str, Any]:
    """Return an entry of the registry, with the defaults for what is left out."""
    return {"id": id_, "description": "A model.", "accuracy": None, "stage": "draft", **fields}


def path(id_: str) -> str:
    """Return the path of a model."""
    return f"{MODELS}/{id_}"


def add(api: Api, **fields: Any) -> dict[str, Any]:
    """Add a model, expect its entry, and return it."""
    wanted = entry(unknown(), **fields)
    sent = {"id": wanted["id"], "description": wanted["description"], **fields}
    api.post(MODELS, json=sent).expect(201, wanted)
    return wanted


def created(api: Api, **fields: Any) -> None:
    """Expect 201 with the entry and its Location, where it then is."""
    sent = entry(unknown(), **fields)
    reply = api.post(MODELS, json=sent)
    raised = reply.raised or ""
    reply.expect(201, sent, advice=None if "IntegrityError" not in raised else INSERT)
    said = reply.headers.get("Location", "")
    if _led_to(said) != path(sent["id"]):
        got = f"Location: {said}" if said else "no such header"
        reply.fail(f"201 with Location: {path(sent['id'])}", got=got)
    found = api.get(path(sent["id"]))
    found.expect(200, sent, advice=LOST if found.status == 404 or "'NoneType'" in (found.raised or "") else None)


def taken(api: Api, **fields: Any) -> None:
    """Expect an id that is taken to be refused with 409, and nothing to have changed."""
    first = add(api, **fields)
    reply = api.post(MODELS, json=entry(first["id"], description="Another one."))
    now = api.get(path(first["id"]))
    if reply.status == 201 and same(now.json, first):
        reply.fail(f"409 naming {first['id']}", LATE)
    reply.refuse(first["id"], status=409, advice=INSERT if "IntegrityError" in (reply.raised or "") else None)
    now.expect(200, first)


def race(server: Running, database: str) -> None:
    """Expect one of several requests with the same id to win, round after round."""
    for _ in range(ROUNDS):
        id_ = unknown()
        entries = [entry(id_, description=f"Number {number}.") for number in range(1, RUNNERS + 1)]
        asks: list[Ask] = [("POST", MODELS, {"json": one}) for one in entries]
        replies = start(server, database, asks)
        won = one_winner(replies, 201, 409, INSERT)
        server.api.get(path(id_)).expect(200, entries[replies.index(won)])


def whole(api: Api, least: int) -> list[dict[str, Any]]:
    """Return all models, in the order of their ids; add some if there are fewer."""
    for _ in range(least - len(_listed(api, 100)["items"])):
        add(api)
    reply = api.get(f"{MODELS}?limit=100")
    found = _listed(api, 100)
    ids = [one.get("id") if isinstance(one, dict) else None for one in found["items"]]
    if ids != sorted(map(str, ids)):
        reply.fail("200, the models sorted by id", got=f"ids in another order: {', '.join(map(str, ids))}")
    reply.expect(200, {"items": found["items"], "total": len(ids)}, advice=WHOLE)
    return list(found["items"])


def page(api: Api, models: list[dict[str, Any]], limit: int | None, offset: int | None) -> None:
    """Expect a page of these models; None for what is not said."""
    said = {"limit": limit, "offset": offset}
    query = "&".join(f"{name}={value}" for name, value in said.items() if value is not None)
    reply = api.get(f"{MODELS}?{query}".rstrip("?"))
    begin = offset or 0
    items = models[begin : begin + (20 if limit is None else limit)]
    of_page = isinstance(reply.json, dict) and same(reply.json.get("total"), len(items)) and len(items) != len(models)
    reply.expect(200, {"items": items, "total": len(models)}, advice=WHOLE if of_page else None)


def gone(api: Api, id_: str) -> None:
    """Expect a model not to be there: 404 that names it, for GET and for DELETE."""
    for method in ("GET", "DELETE"):
        api.request(method, path(id_)).refuse(id_, status=404)


def deleted(api: Api, id_: str) -> None:
    """Delete a model, and expect 204 without a body."""
    reply = api.request("DELETE", path(id_))
    if reply.status != 204 or reply.text:
        reply.fail("204 without a body", "status_code=204, and no return" if reply.status == 200 else None)


def refused(api: Api, method: str, where: str, before: str = "") -> None:
    """Expect bad fields to be refused by name; `before` stands in the body in front of each."""
    for text, name in BAD_FIELDS:
        good = '"description": "Fine.", ' if method != "PATCH" and "description" not in text else ""
        reply = api.request(method, where, content=f"{{{before}{good}{text}}}", headers=JSON)
        reply.refuse(name, advice=NULL if "IntegrityError" in (reply.raised or "") and "null" in text else None)


def outlives(server: Running) -> None:
    """Expect that what was added is there after a restart, and what was deleted is not."""
    api = server.api
    added = add(api, description="Here to stay.", accuracy=0.5)
    second = add(api)
    deleted(api, second["id"])
    if api.get(path("digits")).status == 200:
        deleted(api, "digits")
    again(server)
    _after(server.api.get(path(added["id"])), 200, added)
    for id_ in (second["id"], "digits"):
        _after(server.api.get(path(id_)), 404)


def again(server: Running, **environment: str) -> None:
    """Start a server again on the same database."""
    server.restart(**environment)
    if server.problem:
        raise Mismatch("your module, started again on the same database", "it serves", server.problem)


def _led_to(location: str) -> str:
    """Return the path that a Location leads to, relative or absolute; nothing where it is none."""
    try:
        return urlsplit(urljoin(f"http://localhost{MODELS}", location)).path
    except ValueError:
        return ""


def _after(reply: Reply, status: int, body: Any = ...) -> None:
    reply.sent += ", after a restart"
    reply.expect(status, body)


def _listed(api: Api, limit: int) -> dict[str, Any]:
    """Return what the list says, once it has the right shape."""
    reply = api.get(f"{MODELS}?limit={limit}").expect(200)
    found = reply.json
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        reply.fail('200 {"items": [...], "total": a number}')
    return dict(found)
