"""What checks hold the door to: who is refused, in which order, and by which bucket."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab14_capstone.setups import ADMIN, NOBODY, PLAIN, ask, calls, choose, flower, key, together

BURST = 5
BEFORE = "the door is a dependency: it is asked before the fields of the body are, and raises before they are refused"
ORDER = "a token is taken last: who has no key, or not the scope, takes nobody's"
ONE_BUCKET = "a bucket belongs to a client: buckets[client.client], for all its keys and both versions"
INVALID = {"features": [1.0, "a"]}


def refused(server: Running) -> None:
    """Expect 401 without a known key, 403 without the scope, both before the fields are looked at, and no call."""
    server.events()
    api = server.api
    for sent in ({}, {"X-API-Key": "nobody's"}, {"X-API-Key": b"\xff\xfe"}, {"X-API-Key": key(PLAIN).upper()}):
        for body in ({"features": flower()}, INVALID):
            _unknown(api.post("/v2/predict", json=body, headers=sent))
    for body in ({"features": flower()}, INVALID):
        reply = api.post("/v2/predict", json=body, headers={"X-API-Key": key(NOBODY)})
        reply.expect(403, advice=BEFORE if reply.status == 422 else None)
    if found := calls(server):
        raise Mismatch("requests that are refused at the door", "no call of the model", f"{len(found)} calls", BEFORE)


def administration(api: Api) -> None:
    """Expect what lies under /admin/ to take the scope admin."""
    _unknown(api.get("/admin/model"))
    api.get("/admin/model", headers={"X-API-Key": key(PLAIN)}).expect(403)
    api.get("/admin/model", headers={"X-API-Key": key(ADMIN)}).expect(200)
    reply = choose(api, "second", PLAIN)
    if reply.status not in (403, 404, 405):  # the route is another exercise's
        reply.fail("403")
    for path in ("/health", "/readiness", "/openapi.json"):
        api.get(path).expect(200)


def exact(api: Api, clients: Sequence[str], count: int = 12) -> None:
    """Expect BURST of so many to pass at once, and the others to be told when to come again."""
    for client in clients:
        replies = together(count, partial(_asked, api.plain(), client))
        _counted(replies, f"{count} predictions of one client at once, with BURST {BURST} and RATE 0.001")


def _asked(api: Api, client: str, _: int) -> Reply:
    return ask(api, flower(), client)


def one_bucket(api: Api, client: str) -> None:
    """Expect both keys of a client, and both versions, to lead to one bucket."""
    versions = (2, 1) if ask(api, flower(), PLAIN, version=1).status != 404 else (2,)
    ways = [(version, number) for version in versions for number in (0, 1)]
    replies = [
        ask(api, flower(), client, version=ways[n % len(ways)][0], number=ways[n % len(ways)][1]) for n in range(12)
    ]
    _counted(
        replies, f"12 predictions of one client, by its two keys{' and on v1 and v2' if len(versions) > 1 else ''}"
    )


def nobody_pays(api: Api, client: str = ADMIN) -> None:
    """Expect refusals at the door, and other routes, to take no token."""
    for _ in range(BURST + 1):
        api.post("/v2/predict", json={"features": flower()}, headers={"X-API-Key": "nobody's"})
        ask(api, flower(), NOBODY)
        api.get("/admin/model", headers={"X-API-Key": key(client)})
    _counted([ask(api, flower(), client) for _ in range(BURST + 1)], "6 predictions, after refusals of others", ORDER)


def before_fields(api: Api, client: str) -> None:
    """Expect a client without tokens to be told that, whatever stands in the fields."""
    for _ in range(BURST + 1):
        ask(api, flower(), client)
    reply = api.post("/v2/predict", json=INVALID, headers={"X-API-Key": key(client)})
    reply.expect(429, advice=BEFORE if reply.status == 422 else None)


def long_enough(api: Api, client: str) -> None:
    """Expect who waits as long as Retry-After says to get in: with RATE 0.51 a token takes 1.96 s, which is 2 s."""
    refused = ask(api, flower(), client)
    for _ in range(20):  # a machine may be so busy that there is a token again
        if refused.status != 200:
            break
        refused = ask(api, flower(), client)
    _told(refused)
    time.sleep(int(refused.headers["retry-after"]) + 0.01)
    ask(api, flower(), client).expect(200, advice="round the seconds up: math.ceil")


def _unknown(reply: Reply) -> None:
    reply.expect(401, advice=BEFORE if reply.status == 422 else None)
    if not reply.headers.get("www-authenticate"):
        reply.fail("401 with WWW-Authenticate", got="no such header")


def _told(reply: Reply) -> None:
    wait = reply.headers.get("retry-after", "")
    if reply.status != 429 or not re.fullmatch("[1-9][0-9]{0,5}", wait):
        reply.fail("429 with Retry-After, in whole seconds, at least 1", got=f"Retry-After: {wait or 'none'}")


def _counted(replies: Sequence[Reply], sent: str, advice: str = ONE_BUCKET) -> None:
    found = Counter(reply.status for reply in replies)
    if found != {200: BURST, 429: len(replies) - BURST}:
        got = ", ".join(f"{count} times {status}" for status, count in sorted(found.items()))
        raise Mismatch(sent, f"{BURST} times 200, and 429 for the others", got, advice)
    for reply in replies:
        if reply.status == 429:
            _told(reply)
