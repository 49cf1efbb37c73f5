"""What checks hold the one voice to: each response is named and allowed, and each error is a problem document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.problem_details import PROBLEM, expect_problem
from labkit.labs.lab14_capstone.models import BREAK, SECRET
from labkit.labs.lab14_capstone.setups import ADMIN, NOBODY, ORIGIN, PLAIN, ask, flower, key

INSIDE = "the CORS layer is the last one that is added, so it is around all others"
OUTSIDE = "a handler for Exception runs outside of all middleware: catch what is raised in one, inside of CORS"
EXPOSED = ("x-request-id", "retry-after")
FITS, UNFIT = "Order-66", ("", "a b", "x" * 65, "semi;colon", "tab\tid", "uml-\u00e4".encode())
STRANGERS = {
    "https://garden.example.evil.example": None,
    ORIGIN[:-2]: "allow_origins takes a list: of a text each part is allowed",
}
"""Origins that may read nothing, and what to try where one may."""
KEY = {"X-API-Key": key(ADMIN)}

RESPONSES: dict[str, Callable[[Api, dict[str, str]], Reply]] = {
    "200": lambda api, more: ask(api, flower(), headers=more),
    "404": lambda api, more: api.get("/nowhere", headers=more),
    "405": lambda api, more: api.request("DELETE", "/health", headers=more),
    "422": lambda api, more: api.post("/v2/predict", json={"features": [1, 2, 3, "x"]}, headers=KEY | more),
    "500": lambda api, more: ask(api, flower(BREAK), headers=more),
}
"""How each status is brought about, where no other exercise is needed for it."""
REFUSALS: dict[str, Callable[[Api, dict[str, str]], Reply]] = {
    "no key": lambda api, more: api.post("/v2/predict", json={"features": flower()}, headers=more),
    "no scope": lambda api, more: ask(api, flower(), NOBODY, headers=more),
    "no admin": lambda api, more: api.get("/admin/model", headers={"X-API-Key": key(PLAIN)} | more),
}
"""Requests that the door refuses, if there is one."""


def named(api: Api) -> None:
    """Expect each response to have exactly one id: the client's if it fits, else a new one each time."""
    for status, send in RESPONSES.items():
        own = f"{FITS}-{status}"
        reply = _status(send(api, {"X-Request-ID": own}), status)
        if _id(reply, status) != own:
            reply.fail(f"{status} with X-Request-ID: {own}", got=f"X-Request-ID: {_id(reply, status)}")
    found = []
    for sent in UNFIT:
        reply = ask(api, flower(), headers={"X-Request-ID": sent})
        found.append(_id(reply, "200"))
        if not re.fullmatch("[A-Za-z0-9-]{1,64}", found[-1]):
            reply.fail(f"a new X-Request-ID, since {sent!r} does not fit", got=f"X-Request-ID: {found[-1]}")
    if len(set(found)) < len(found):
        raise Mismatch("several requests without an id that fits", "a new id for each", "the same id twice")


def allowed(api: Api) -> None:
    """Expect each response to let a page of an allowed origin read it, and no other."""
    for status, send in RESPONSES.items():
        reply = _status(send(api, {"Origin": ORIGIN}), status)
        if reply.headers.get_list("access-control-allow-origin") != [ORIGIN]:
            got = f"{reply.headers.get('access-control-allow-origin') or 'none'}"
            reply.fail(f"{status} with one Access-Control-Allow-Origin: {ORIGIN}", _layer(status), got)
        exposed = reply.headers.get("access-control-expose-headers", "").lower()
        if any(name not in [word.strip() for word in exposed.split(",")] for name in EXPOSED):
            got = f"Access-Control-Expose-Headers: {exposed or 'none'}"
            reply.fail(f"{status} with Access-Control-Expose-Headers: X-Request-ID, Retry-After", None, got)
        for stranger, advice in STRANGERS.items():
            reply = send(api, {"Origin": stranger})
            found = reply.headers.get("access-control-allow-origin")
            if found:
                advice = None if found == "*" else advice
                reply.fail(f"{status} without Access-Control-Allow-Origin for {stranger}", advice, found)


def preflight(api: Api) -> None:
    """Expect a browser to be told, without a key, that it may send what the service takes."""
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type, x-api-key, x-request-id"
    reply = api.request("OPTIONS", "/v2/predict", headers=asked)
    if reply.status not in (200, 204):
        reply.fail("200 or 204 to a preflight", INSIDE if reply.status in (401, 403, 405) else None)
    if reply.headers.get("access-control-allow-origin") != ORIGIN:
        reply.fail(f"Access-Control-Allow-Origin: {ORIGIN}", INSIDE, "no such header")
    words = reply.headers.get("access-control-allow-headers", "").lower()
    if words != "*" and any(name not in words for name in ("x-api-key", "content-type", "x-request-id")):
        reply.fail("all three in Access-Control-Allow-Headers", None, words or "none")


def problems(api: Api) -> None:
    """Expect each error to be a problem document that names its request."""
    for status, send in RESPONSES.items():
        if status != "200":
            _document(send(api, {}), int(status))
    reply = RESPONSES["405"](api, {})
    if "GET" not in reply.headers.get("allow", ""):
        reply.fail("405 with Allow: GET", "the handler hands on error.headers", "no such header")
    reply = RESPONSES["422"](api, {})
    if "features" not in reply.text:
        reply.fail("a problem document that names the field features")


def numbers(api: Api) -> None:
    """Expect a number that is none to be refused in the same voice, in each of the four places."""
    for word in ("NaN", "Infinity", "-Infinity"):
        for place in range(4):
            row = ["1.5"] * 4
            row[place] = word
            body = f'{{"features": [{", ".join(row)}]}}'
            headers = KEY | {"Content-Type": "application/json"}
            _document(api.post("/v2/predict", content=body, headers=headers), 422)


def no_model(api: Api) -> None:
    """Expect a 503 in the same voice where there is no model, with Retry-After."""
    for reply in (ask(api, flower()), api.get("/readiness")):
        _document(reply, 503)
        if not reply.headers.get("retry-after"):
            reply.fail("503 with Retry-After", "the handler hands on error.headers", "no such header")


def refusals(api: Api) -> None:
    """Expect whatever the door refuses to be in the same voice."""
    for send in REFUSALS.values():
        reply = send(api, {"Origin": ORIGIN})
        if reply.status >= 400:
            _document(reply, reply.status)
            if reply.headers.get("access-control-allow-origin") != ORIGIN:
                reply.fail(f"{reply.status} with Access-Control-Allow-Origin: {ORIGIN}", INSIDE, "no such header")


def too_often(api: Api, client: str) -> None:
    """Expect a 429, if there are any, in the same voice."""
    for _ in range(7):
        if (reply := ask(api, flower(), client)).status != 200:
            _document(reply, 429)


def _status(reply: Reply, status: str) -> Reply:
    """Expect a status, and let nobody see what was raised: the check has brought that about."""
    if reply.status != int(status):
        reply.expect(int(status))
    reply.raised = None
    return reply


def _id(reply: Reply, status: str) -> str:
    found = reply.headers.get_list("x-request-id")
    if len(found) != 1:
        got = f"{len(found)} of them: {', '.join(found)}"
        reply.fail(f"{status} with exactly one X-Request-ID", OUTSIDE if status == "500" and not found else None, got)
    return str(found[0])


def _document(reply: Reply, status: int) -> None:
    document = expect_problem(reply, status, OUTSIDE if status == 500 else None)
    reply.raised = None
    if document.get("request_id") != _id(reply, str(status)):
        shown = json.dumps({"request_id": document.get("request_id")})
        reply.fail(f"{status} with the request_id of X-Request-ID", None, shown)
    if SECRET in reply.text or "Traceback" in reply.text or "ValueError" in reply.text:
        reply.fail(f"{PROBLEM} with nothing of an exception")


def _layer(status: str) -> str:
    return OUTSIDE if status == "500" else INSIDE
