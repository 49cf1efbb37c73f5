"""What checks hold the two versions of the API to: two forms of one service."""

from __future__ import annotations

from typing import Any

from labkit.checks.api import Api, Mismatch
from labkit.checks.running import Running
from labkit.labs.lab14_capstone.setups import ADMIN, FIRST, ask, flower, key

LINK = '</v2/predict>; rel="successor-version"'
ONE = "v1 is another form of the same answer: call `predicted`, and take the class of what it returns"


def old(api: Api) -> None:
    """Expect v1 to say the class and nothing else, and what comes after it; and v2 to be current."""
    row = flower()
    number, _ = FIRST.model.answer(row)
    reply = ask(api, row, version=1).expect(200, {"class": number})
    if not reply.headers.get("deprecation"):
        reply.fail("200 with Deprecation", got="no such header")
    if LINK not in reply.headers.get("link", ""):
        reply.fail(f"200 with Link: {LINK}", got=f"Link: {reply.headers.get('link') or 'none'}")
    reply = ask(api, row).expect(200)
    if reply.headers.get("deprecation"):
        reply.fail("200 without Deprecation: v2 is current")


def same_rules(api: Api) -> None:
    """Expect v1 to refuse what v2 refuses."""
    for body in ({"features": [1, 2, 3]}, {"features": [1, 2, 3, 4], "more": 1}, {}):
        reply = api.post("/v1/predict", json=body, headers={"X-API-Key": key(ADMIN)})
        reply.expect(422)
    for word in ("NaN", "Infinity", "-Infinity"):
        headers = {"X-API-Key": key(ADMIN), "Content-Type": "application/json"}
        api.post("/v1/predict", content=f'{{"features": [1, 2, 3, {word}]}}', headers=headers).expect(422)


def one_bucket(api: Api, alone: str, both: str, count: int = 12) -> None:
    """Expect as many to pass whether a client asks v2 alone or both in turn."""
    passed = [
        sum(ask(api, flower(), client, version=which(n)).status == 200 for n in range(count))
        for client, which in ((alone, lambda n: 2), (both, lambda n: 1 + n % 2))
    ]
    if passed[0] != passed[1]:
        sent = f"{count} predictions, on v1 and v2 in turn"
        raise Mismatch(sent, f"{passed[0]} times 200, as on v2 alone", f"{passed[1]} times 200", "one bucket for both")


def one_cache(server: Running) -> None:
    """Expect the answers of both to be made in one place: where one says hit or miss, so does the other."""
    row = flower()
    sources = [ask(server.api, row, version=version).expect(200).headers.get("x-cache") for version in (2, 1, 2)]
    if sources[0] is not None and sources[1:] != ["hit", "hit"]:
        sent = "POST /v2/predict, /v1/predict and /v2/predict with the same row"
        raise Mismatch(sent, "miss, hit, hit", ", ".join(str(one) for one in sources), ONE)


def described(api: Api) -> None:
    """Expect /openapi.json to say which is deprecated, and what else they may answer."""
    paths = _part(api.get("/openapi.json").expect(200).json, "paths")
    sent = "GET /openapi.json"
    for path, wanted in (("/v1/predict", True), ("/v2/predict", False)):
        operation = _part(_part(paths, path), "post")
        if bool(operation.get("deprecated", False)) is not wanted:
            said = "deprecated" if wanted else "not deprecated"
            raise Mismatch(sent, f"{path} is {said}", "it is not so", "deprecated=True" if wanted else None)
        if missing := {"401", "429", "503"} - _part(operation, "responses").keys():
            got = f"without {', '.join(sorted(missing))}"
            raise Mismatch(sent, f"{path} lists the responses 401, 429 and 503", got, "responses=RESPONSES")


def _part(document: Any, name: str) -> dict[str, Any]:
    """Return an object that stands in another one; an empty one where there is none."""
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}
