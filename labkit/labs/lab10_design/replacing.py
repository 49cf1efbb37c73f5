"""What checks hold PUT and PATCH of a model to. What is stored is read by a PATCH that changes nothing."""

from __future__ import annotations

from typing import Any

from labkit.checks.api import Api, Reply
from labkit.checks.compare import same
from labkit.labs.lab10_design.registry import NULL, entry, path, refused, unknown

UNSET = "exclude_unset=True leaves out what the client has not sent; a default is no wish of the client"
ABSENT = "null was sent, and means: no value. exclude_none=True takes it for something that was not sent"
KEPT = "a PUT says all there is to say: what it leaves out gets its default, and does not stay as it was"


def put(api: Api, id_: str, status: int, advice: str | None = None, **fields: Any) -> dict[str, Any]:
    """Put a model, expect this status with its entry, and return that."""
    wanted = entry(id_, **fields)
    sent = {"description": wanted["description"], **fields}
    api.request("PUT", path(id_), json=sent).expect(status, wanted, advice=advice)
    return wanted


def patch(api: Api, before: dict[str, Any], advice: str | None = None, **fields: Any) -> dict[str, Any]:
    """Change a model, expect the rest of it to be as before, and return what it is now."""
    wanted = before | fields
    reply = api.request("PATCH", path(before["id"]), json=fields)
    if reply.raised:  # of a PATCH that went wrong the exception says more than what it should have changed
        advice = NULL if "IntegrityError" in reply.raised and None in fields.values() else None
    reply.expect(200, wanted, advice=advice)
    return wanted


def stands(api: Api, wanted: dict[str, Any]) -> None:
    """Expect a model to be stored like this, and a PATCH without a field to change nothing."""
    reply = api.request("PATCH", path(wanted["id"]), json={})
    reply.expect(200, wanted, advice=UNSET if _reset(reply, wanted) else None)


def new_then_there(api: Api, **fields: Any) -> None:
    """Expect 201 for an id that nobody has, then 200, and the same both times."""
    id_ = unknown()
    put(api, id_, 201, **fields)
    stands(api, put(api, id_, 200, **fields))


def defaults(api: Api, **fields: Any) -> None:
    """Expect that a PUT gives what it leaves out its default."""
    id_ = unknown()
    put(api, id_, 201, description="All of it.", accuracy=0.75, stage="live")
    stands(api, put(api, id_, 200, KEPT, **fields))


def only_what_is_sent(api: Api) -> None:
    """Expect a PATCH to change what it sends, one field after the other."""
    id_ = unknown()
    model = put(api, id_, 201, description="Before.", accuracy=0.25, stage="live")
    stands(api, model)
    for fields in ({"description": "After."}, {"stage": "draft"}, {"accuracy": 1.0}, {"stage": "live"}):
        model = patch(api, model, UNSET, **fields)
    stands(api, model)


def cleared(api: Api, **beside: Any) -> None:
    """Expect that null takes the accuracy away, and nothing else."""
    model = put(api, unknown(), 201, accuracy=0.5, stage="live")
    stands(api, patch(api, model, ABSENT, accuracy=None, **beside))


def nothing_changed(api: Api, method: str) -> None:
    """Expect bad and unknown fields, `id` among them, to be refused, and the model to be as before."""
    model = put(api, unknown(), 201, accuracy=0.5)
    refused(api, method, path(model["id"]))
    sent = {"id": "iris", "description": "Renamed."}
    api.request(method, path(model["id"]), json=sent).refuse("id")
    stands(api, model)


def _reset(reply: Reply, wanted: dict[str, Any]) -> bool:
    """Whether fields that were not sent have got a default."""
    return reply.status == 200 and isinstance(reply.json, dict) and not same(reply.json, wanted)
