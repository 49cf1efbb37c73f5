"""Headers of every response: the id of the request, and the time that it took."""

from __future__ import annotations

import math
import time
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab05_health import MISSED

REQUEST_ID = "X-Request-ID"
PROCESS_TIME = "X-Process-Time"
CAUGHT = "what is raised passes by the lines behind call_next: catch it there, and go on with a response of your own"
TEXT = "a header takes text only: put str(...) around the value"
AWAIT = "what call_next returns has to be awaited: response = await call_next(request)"
WHOLE = 're.fullmatch("[A-Za-z0-9-]{1,64}", text) is true of a whole text alone'
_NO_TEXT = "object has no attribute 'encode'"
SHOWN = 70
"""How many characters of an id a message shows."""


def identity(reply: Reply) -> str:
    """Expect a response to have an id, and return it."""
    found = reply.headers.get(REQUEST_ID)
    if not found:
        reply.fail(f"a header {REQUEST_ID}", _cause(reply), f"no {REQUEST_ID}")
    return str(found)


def own_identity(api: Api) -> None:
    """Expect two responses to have two ids."""
    first, second = (identity(api.get("/models/iris")) for _ in range(2))
    if first == second:
        raise Mismatch("GET /models/iris, twice", "two ids", f"{first} both times")


def keeps(api: Api, sent: str, path: str = "/models/iris") -> None:
    """Expect an id of the client to come back."""
    reply = _sending(api, path, sent)
    if (found := identity(reply)) != sent:
        reply.fail("the id that was sent", got=f"{REQUEST_ID} {found}")


def replaces(api: Api, sent: str | bytes) -> None:
    """Expect what is no id to be replaced by a new one, each time."""
    first, second = (_sending(api, "/models/iris", sent) for _ in range(2))
    text = sent.decode("latin-1") if isinstance(sent, bytes) else sent
    found = identity(first)
    if found in (text, identity(second)):
        first.fail("a new id", WHOLE if found == text else None, f"{REQUEST_ID} {_cut(found)}")


def identity_of_errors(api: Api) -> None:
    """Expect errors to have an id."""
    for method, path in MISSED:
        identity(api.request(method, path))


def seconds(reply: Reply) -> float:
    """Expect a response to say how long it took, and return it."""
    text = reply.headers.get(PROCESS_TIME)
    if text is None:
        reply.fail(f"a header {PROCESS_TIME}", _cause(reply), f"no {PROCESS_TIME}")
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        reply.fail(f"{PROCESS_TIME} with a number and nothing else, not below 0", got=f"{PROCESS_TIME} {text}")
    return found


def seconds_of_errors(api: Api) -> None:
    """Expect errors to say how long they took."""
    for method, path in MISSED:
        seconds(api.request(method, path))


def honest_seconds(api: Api, least: float, **prediction: Any) -> None:
    """Expect a prediction to take no less than the model does, and no more than its client waits."""
    began = time.perf_counter()
    reply = api.post("/predict", **prediction).expect(200)
    most, found = time.perf_counter() - began + 0.01, seconds(reply)
    if not 0.8 * least < found < most:
        advice = "these are milliseconds" if 0.8 * least < found / 1000 < most else None
        reply.fail(f"{PROCESS_TIME} between {least} and {most:.3f}", advice, f"{PROCESS_TIME} {found:g}")


def _cause(reply: Reply) -> str | None:
    """Say what to try where what was raised, by the route or by the middleware, shows why there is no header."""
    raised = reply.raised or ""
    if raised.startswith("ZeroDivisionError"):
        return CAUGHT
    return AWAIT if raised.startswith("AttributeError: 'coroutine'") else header_of_text(reply)


def header_of_text(reply: Reply, server: Running | None = None) -> str | None:
    """Say what to try where a header's value was no text: middleware may have caught that, and logged it."""
    said = [reply.raised or ""]
    if server is not None and not reply.raised:
        said += server.printed(lambda out, err: any(_NO_TEXT in line for line in err))[1]
    return TEXT if any(_NO_TEXT in line for line in said) else None


def _sending(api: Api, path: str, sent: str | bytes) -> Reply:
    reply = api.get(path, headers={REQUEST_ID: sent})
    reply.sent += f" with {REQUEST_ID} {_cut(sent.decode('latin-1') if isinstance(sent, bytes) else sent)}"
    return reply


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"of {len(text)} characters"
