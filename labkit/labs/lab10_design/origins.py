"""What checks hold answers to other origins to: headers that a browser reads, and that nothing else obeys."""

from __future__ import annotations

from collections.abc import Iterable

from labkit.checks.api import Api, Reply
from labkit.labs.lab10_design.versions import tokens

ALLOW = "Access-Control-Allow-Origin"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS = ("content-type", "if-match", "if-none-match", "idempotency-key", "api-version")
ASKS = {200: "/fragile?divide_by=4", 404: "/nowhere", 422: "/fragile?divide_by=many"}
FAILS = "/fragile?divide_by=0"
WORDS = ("ZeroDivisionError", "division", "Traceback", 'File "')
OUTSIDE = (
    "what nobody catches is answered outside of all your middleware: catch it in one of your own, "
    "added before CORSMiddleware, so that it stands inside"
)


def readable(api: Api, origins: Iterable[str]) -> None:
    """Expect answers, refusals as well, that pages of these origins may read."""
    for origin in origins:
        for status, path in ASKS.items():
            reply = api.get(path, headers={"Origin": origin})
            reply.sent += f", Origin: {origin}"
            _allows(reply.expect(status), origin)


def failure_is_readable(api: Api, origin: str) -> None:
    """Expect a 500 that a page may read, and that tells nothing of the exception."""
    reply = api.get(FAILS, headers={"Origin": origin})
    reply.sent += f", Origin: {origin}"
    if reply.status != 500 or (reply.raised and "ZeroDivisionError" not in reply.raised):
        reply.fail("500, answered by middleware of yours")
    if any(word in reply.text for word in WORDS):
        reply.raised = None
        reply.fail("500, with nothing of the exception")
    _allows(reply, origin, OUTSIDE)


def _allows(reply: Reply, origin: str, advice: str | None = None) -> None:
    """Expect the four headers of an answer to an origin that is allowed."""
    reply.raised = None  # it is the headers that are asked for
    status = reply.status
    said = reply.headers.get(ALLOW)
    if said != origin:
        reply.fail(f"{status} with {ALLOW}: {origin}", advice, got=f"{ALLOW}: {said}" if said else "no such header")
    if reply.headers.get("Access-Control-Allow-Credentials") != "true":
        reply.fail(f"{status} with Access-Control-Allow-Credentials: true", got="no such header")
    if missing := {"etag", "location"} - tokens(reply, "Access-Control-Expose-Headers"):
        hidden = "a page sees a few headers alone, unless Access-Control-Expose-Headers names more: expose_headers"
        reply.fail(f"{status} with ETag and Location in Access-Control-Expose-Headers", hidden, got=_without(missing))
    if "origin" not in tokens(reply, "Vary"):
        reply.fail(f"{status} with Origin in Vary", got=f"Vary: {reply.headers.get('Vary', 'none')}")


def preflight(api: Api, path: str, origin: str, method: str, headers: Iterable[str] = HEADERS) -> Reply:
    """Ask as a browser does before it sends a request that no form could send."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    names = ", ".join(headers)
    reply = api.request("OPTIONS", path, headers=asked | ({"Access-Control-Request-Headers": names} if names else {}))
    reply.sent += f", Origin: {origin}, Access-Control-Request-Method: {method}"
    return reply


def asked_before(api: Api, origin: str, path: str = "/deployment") -> None:
    """Expect a preflight to allow each method and each header by name."""
    for method in METHODS:
        reply = preflight(api, path, origin, method)
        if (said := reply.headers.get(ALLOW)) != origin:
            reply.fail(f"2xx with {ALLOW}: {origin}", got=f"{ALLOW}: {said}" if said else "no such header")
        if missing := {name.lower() for name in METHODS} - tokens(reply, "Access-Control-Allow-Methods"):
            got = _without(missing).upper().replace("WITHOUT", "without")
            reply.fail(f"2xx with {', '.join(METHODS)} in Access-Control-Allow-Methods", got=got)
        if missing := set(HEADERS) - tokens(reply, "Access-Control-Allow-Headers"):
            reply.fail("2xx with all that clients send in Access-Control-Allow-Headers", got=_without(missing))
        if not 200 <= reply.status < 300:
            reply.fail("2xx, since all of it is allowed")


def strangers(api: Api, origins: Iterable[str]) -> None:
    """Expect no permission for pages of these origins, neither before nor with an answer."""
    for origin in origins:
        plain = api.get(ASKS[200], headers={"Origin": origin})
        plain.sent += f", Origin: {origin}"
        for reply in (plain, preflight(api, "/deployment", origin, "PUT")):
            if (said := reply.headers.get(ALLOW)) is not None:
                reply.raised = None
                expected = f"no {ALLOW}, since it is none of ALLOWED_ORIGINS"
                reply.fail(expected, _why(origin, said), got=f"{ALLOW}: {said}")


def _why(origin: str, said: str) -> str | None:
    if origin.endswith(".exampl"):
        return "a list of origins is a list: where allow_origins is one text, every part of that text is let in"
    return 'with credentials "*" lets every page in, as itself: name the origins' if said == origin else None


def _without(names: Iterable[str]) -> str:
    return "without " + ", ".join(sorted(names))
