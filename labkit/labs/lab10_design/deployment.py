"""What checks hold GET and PUT /deployment to: one document, its ETag, and who may replace it."""

from __future__ import annotations

import json
import random
import re
import uuid
from dataclasses import dataclass
from typing import Any

from labkit.checks.api import Api, Ask, Reply
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.labs.lab10_design.race import ROUNDS, RUNNERS, one_winner, start
from labkit.labs.lab10_design.registry import JSON

PATH = "/deployment"
QUOTED = re.compile(r'"[^"]+"')
STALE = "between your look and your UPDATE somebody else has written: commit raises StaleDataError, which is a 412"
BAD_BODIES = [
    ('{"model": "X", "threshold": 0.5}', "model"),
    ('{"threshold": 0.5}', "model"),
    ('{"model": "iris"}', "threshold"),
    ('{"model": "iris", "threshold": 1.5}', "threshold"),
    ('{"model": "iris", "threshold": NaN}', "threshold"),
    ('{"model": "iris", "threshold": Infinity}', "threshold"),
    ('{"model": "iris", "threshold": -Infinity}', "threshold"),
]
"""What is no deployment, and what the refusal names."""


@dataclass(frozen=True)
class Known:
    """What was read: the document, and its ETag."""

    document: dict[str, Any]
    etag: str


def another() -> dict[str, Any]:
    """Return a document that nobody can know beforehand."""
    return {"model": f"m-{uuid.uuid4().hex[:8]}", "threshold": round(random.uniform(0.01, 0.99), 6)}


def read(api: Api) -> Known:
    """Read the document, and expect an ETag that is a quoted text."""
    reply = api.get(PATH).expect(200)
    found = reply.json
    if not isinstance(found, dict) or found.keys() != {"model", "threshold"}:
        reply.fail('200 {"model": ..., "threshold": ...}')
    etag = reply.headers.get("ETag", "")
    if not QUOTED.fullmatch(etag):
        advice = "the quotation marks belong to the ETag: f'\"{row.revision}\"'" if etag else None
        got = f"ETag: {etag}" if etag else "no such header"
        reply.fail('200 with ETag: "...", in quotation marks', advice, got=got)
    return Known(found, etag)


def the_same(api: Api) -> None:
    """Expect the same document and the same ETag, as long as nothing changes."""
    first, second = read(api), read(api)
    if first != second:
        reply = api.get(PATH)
        reply.fail(f"200 {json.dumps(first.document)} with ETag: {first.etag}, as before", got=f"ETag: {second.etag}")


def not_modified(api: Api) -> None:
    """Expect 304 without a body for who has the document already, and all of it for who has another."""
    known = read(api)
    reply = api.get(PATH, headers={"If-None-Match": known.etag})
    if reply.status != 304 or reply.text:
        reply.fail(f"304 without a body, since If-None-Match was {known.etag}")
    if reply.headers.get("ETag") != known.etag:
        reply.fail(f"304 with ETag: {known.etag}", got=f"ETag: {reply.headers.get('ETag', 'none')}")
    for other in (f'"{uuid.uuid4().hex}"', f'{known.etag[:-2]}"' if len(known.etag) > 3 else '"-"'):
        api.get(PATH, headers={"If-None-Match": other}).expect(200, known.document)


def put(api: Api, document: dict[str, Any], if_match: str | None) -> Reply:
    """Try to replace the document."""
    headers = {} if if_match is None else {"If-Match": if_match}
    return api.request("PUT", PATH, json=document, headers=headers)


def replaced(api: Api) -> Known:
    """Replace the document, and expect it to be there, with another ETag; return what was there before."""
    known, new = read(api), another()
    put(api, new, known.etag).expect(200, new)
    now = read(api)
    if not same(now.document, new):
        api.get(PATH).expect(200, new)
    if now.etag == known.etag:
        api.get(PATH).fail("another ETag, since the document has changed", got=f"the same: ETag: {now.etag}")
    return known


def stale(api: Api) -> None:
    """Expect 412 for an ETag that is not, or no longer, the document's, and nothing to have changed."""
    old = replaced(api).etag
    for etag in (old, f'"{uuid.uuid4().hex}"'):
        unchanged(api, etag, 412, f"If-Match: {etag}")


def missing(api: Api) -> None:
    """Expect 428 without If-Match, and nothing to have changed."""
    unchanged(api, None, 428, "no If-Match")


def unchanged(api: Api, if_match: str | None, status: int, since: str) -> None:
    """Try to replace the document; expect a status, and the document to be as before."""
    before = api.get(PATH).json
    reply = put(api, another(), if_match)
    if reply.status != status:
        reply.fail(f"{status}, since there was {since}")
    now = api.get(PATH)
    if not same(now.json, before):
        now.fail(f"the document as it was before a PUT that got {status}: {json.dumps(before)}")


def refused(api: Api) -> None:
    """Expect bad documents to be refused by name, with the right ETag, and nothing to have changed."""
    known = read(api)
    for body, name in BAD_BODIES:
        api.request("PUT", PATH, content=body, headers={**JSON, "If-Match": known.etag}).refuse(name)
    api.get(PATH).expect(200, known.document)


def race(server: Running, database: str) -> None:
    """Expect one of several requests with one ETag to win, round after round; the document is the winner's."""
    for _ in range(ROUNDS):
        etag = read(server.api).etag
        documents = [another() for _ in range(RUNNERS)]
        asks: list[Ask] = [("PUT", PATH, {"json": one, "headers": {"If-Match": etag}}) for one in documents]
        replies = start(server, database, asks)
        won = one_winner(replies, 200, 412, STALE)
        server.api.get(PATH).expect(200, documents[replies.index(won)])
