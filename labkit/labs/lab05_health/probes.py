"""Probes: whether a server is alive, whether it is ready, and what its model has to do with either."""

from __future__ import annotations

import json
import re
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running, Start
from labkit.checks.running import running as serving
from labkit.labs.lab05_health.headers import header_of_text
from labkit.labs.lab05_health.times import is_wait, until
from labkit.sandbox.setup import Setup

_NOT_YET = re.compile(r"false|not|loading|starting|waiting|unavailable", re.IGNORECASE)
"""What a body says that means not ready, whatever the status says."""
_SAYS_WHETHER = "`is not None` makes true or false of what is there"
LOADING = "the model is still loading"
ONCE = "try the model once, when it has been loaded, and remember how that went"
WARM_UP = "call the model once behind load_model(), and set the flag only after that call"
STATUS = "a load balancer looks at the status alone: answer 503"
IN_A_THREAD = "start a thread that loads, and do not wait for it; what blocks in an async def stops the whole server"


def running(start: Start, setup: Setup, *, fresh: bool = False) -> Running:
    """Expect the module to serve when it is started in this way."""
    where = "a model" if setup.files else "no file"
    return serving(
        start, setup, fresh=fresh, sent=f"a start with {where} at MODEL_PATH", expected="a server that answers"
    )


class History:
    """What the model of a module that was just started has told."""

    def __init__(self, running: Running) -> None:
        """Begin to listen."""
        self._running, self._told = running, list[str]()

    def events(self) -> list[str]:
        """Return everything so far, oldest first."""
        self._told += self._running.events()
        return self._told

    @property
    def loaded(self) -> bool:
        """Whether the model has been loaded, as far as is known: what is told is never invented."""
        return "loaded" in self.events()

    def calls(self) -> list[str]:
        """Return the calls of the model's methods, as `predict 1`."""
        return [event for event in self.events() if event.startswith("predict")]


def healthy(api: Api, loaded: bool | None = None) -> Reply:
    """Expect GET /health to answer as its contract says; `loaded` is what model_loaded has to be, if that is known."""
    reply = api.get("/health").expect(200)
    body = reply.json if isinstance(reply.json, dict) else {}
    for name, wanted in (("status", "healthy"), ("version", "1.0.0")):
        if body.get(name) != wanted:
            reply.fail(f'200 with "{name}": "{wanted}"')
    if not isinstance(body.get("model_loaded"), bool):
        reply.fail('200 with "model_loaded": true or false', _SAYS_WHETHER, f'"model_loaded": {_value(body)}')
    if loaded is not None and body["model_loaded"] is not loaded:
        reply.fail(f'"model_loaded": {str(loaded).lower()}, there is {"a" if loaded else "no"} model')
    return reply


def _value(body: dict[str, Any]) -> str:
    return json.dumps(body["model_loaded"]) if "model_loaded" in body else "nothing of that name"


def comes_to_have_its_model(api: Api) -> None:
    """Expect GET /health to say, in the end, that the model is loaded."""
    until(lambda: healthy(api), lambda reply: reply.json["model_loaded"], 5)
    healthy(api, loaded=True)


def alive_while_loading(start: Start, slow: Setup, none: Setup) -> None:
    """Expect GET /health to answer while the model is loading, and to say that it is.

    Where the start waits for the model nobody can ask in between: a server without a model shows whether it would tell.
    """
    found = running(start, slow, fresh=True)
    history, reply = History(found), healthy(found.api)
    if not reply.json["model_loaded"]:
        return
    if not history.loaded:
        reply.fail(f'"model_loaded": false, {LOADING}')
    healthy(running(start, none).api, loaded=False)


def until_ready(api: Api, seconds: float = 5.0) -> Reply:
    """Ask for /readiness until it is no longer 503, at most so long; return the last reply."""
    return until(lambda: api.get("/readiness"), lambda reply: reply.status != 503, seconds)


def ready(api: Api, server: Running | None = None) -> Reply:
    """Expect the server to become ready; what it has printed may say why it does not."""
    reply = until_ready(api)
    body = reply.expect(200, advice=header_of_text(reply, server) if reply.status == 500 else None).json
    if not isinstance(body, dict) or body.get("status") != "ready":
        reply.fail('200 {"status": "ready"}', STATUS if _NOT_YET.search(reply.text) else None)
    return reply


def not_ready(reply: Reply, why: str, advice: str | None = None) -> Reply:
    """Expect a reply of GET /readiness to say that nothing can be sent here yet; the advice is for a "ready"."""
    if reply.status != 503:
        says_ready = isinstance(reply.json, dict) and reply.json.get("status") == "ready"
        other = STATUS if reply.status == 200 else header_of_text(reply)
        reply.fail(f"503, {why}", advice if says_ready else other)
    wait = reply.headers.get("Retry-After")
    if not is_wait(wait):
        reply.fail("503 with a header Retry-After, in seconds", got=f"Retry-After {wait}" if wait else "no Retry-After")
    return reply


def stays_not_ready(api: Api, why: str, *never: str, advice: str | None = None) -> None:
    """Expect the server not to become ready, and none of these words in what it says; the advice is for one that is."""

    def ask() -> Reply:
        reply = not_ready(api.get("/readiness"), why, advice)
        if found := next((word for word in never if word in reply.text), None):
            reply.fail(f"503 without {found!r}", "log what was raised, and answer with words of your own")
        return reply

    until(ask, lambda reply: False, 0.15)


def not_ready_while_loading(start: Start, slow: Setup) -> None:
    """Expect 503 from GET /readiness while the model is loading."""
    found = running(start, slow, fresh=True)
    history, reply = History(found), found.api.get("/readiness")
    if reply.status == 503 or not history.loaded:
        not_ready(reply, LOADING)


def starts_at_once(start: Start, slow: Setup) -> None:
    """Expect the server to start, and to answer, while the model is loading."""
    for _ in range(2):  # a loaded machine may stand still for as long as the model loads, but not twice
        found = running(start, slow, fresh=True)
        history, reply = History(found), found.api.get("/readiness")
        if not history.loaded:
            return
    got = "an answer only when the model was loaded"
    raise Mismatch(reply.sent, "an answer while the model is loading", got, IN_A_THREAD)


def one_warm_up(start: Start, setup: Setup) -> None:
    """Expect one prediction before the server is ready, and none by a probe."""
    found = running(start, setup, fresh=True)
    history, reply = History(found), ready(found.api)
    calls = until(history.calls, bool, 0.5)  # what is told comes by another way than the reply
    if not calls:
        reply.fail("one warm-up prediction", WARM_UP, "no call of the model")
    if len({call.split()[0] for call in calls}) < len(calls):
        reply.fail("one warm-up prediction", ONCE, f"{len(calls)} calls of the model: {', '.join(calls)}")
    silent(found, "/readiness")


def silent(found: Running, path: str) -> None:
    """Expect a probe to leave the model alone."""
    history = History(found)
    for _ in range(3):  # a late warm-up falls into one of them
        before = len(history.calls())
        replies = [found.api.get(path) for _ in range(4)]
        if not (called := len(history.calls()) - before):
            return
    replies[-1].fail("no call of the model", ONCE, f"{called} calls in 4 requests")
