"""What checks hold POST /fingerprint to: who computes, and what is left of them when the server has ended."""

from __future__ import annotations

import hashlib
import signal
import uuid
from concurrent.futures import ThreadPoolExecutor

from labkit.checks.api import Api, Ask, Mismatch, Reply
from labkit.checks.responsiveness import answered_before
from labkit.checks.running import Running
from labkit.sandbox.patience import patience

WAIT = 15.0
"""How long a fingerprint may take, in seconds: the first one starts a process, which imports the module."""
AT_ONCE, ROUNDS = 3, 6
END = 6.0
"""How long a server may take to end, and what it has started to be gone, in seconds."""
PINGS, TRIES = 3, 4
"""How many quick answers are enough, one more than a server gives that is held up; how often to look for them."""


def digest(text: str, rounds: int) -> str:
    """Return what slow_hash makes of a text."""
    found = text.encode()
    for _ in range(rounds):
        found = hashlib.sha256(found).digest()
    return found.hex()


def fingerprint(server: Running, text: str, rounds: int) -> None:
    """Expect the hash of a text, computed by a process that is not the server's."""
    own = server.api.get("/ping").expect(200).fields.get("pid")
    reply = server.api.post("/fingerprint", json={"text": text}, seconds=WAIT)
    called = "hand over the function and its argument, each on its own: the call is the pool's"
    reply.expect(200, advice=called if "'dict' object is not callable" in (reply.raised or "") else None)
    body = reply.json
    if not isinstance(body, dict) or body.get("digest") != digest(text, rounds) or type(body.get("pid")) is not int:
        reply.fail('200, what slow_hash has returned: {"digest": ..., "pid": ...}')
    if body["pid"] == own:
        advice = "a thread, and the event loop, are the server's own process: hand slow_hash to a ProcessPoolExecutor"
        reply.fail(f"a pid that is not the server's, {own}", advice, got=f"pid {own}")


def two_processes(server: Running) -> None:
    """Expect the same two processes to compute, however often they are asked."""
    seen: set[int] = set()
    rounds = 0
    while len(seen) < 2 and rounds < ROUNDS:
        seen |= _at_once(server.api.plain())
        rounds += 1
    asked = f"{AT_ONCE} requests to POST /fingerprint at the same time, {rounds} times"
    if len(seen) < 2:
        advice = "is there one worker only, or does each request wait until the one before has its answer?"
        raise Mismatch(asked, "two processes that compute", f"{len(seen)}", advice)
    seen |= _at_once(server.api.plain())
    if len(seen) > 2:
        advice = "make one pool of two when the app starts, and keep it as long as the app runs"
        raise Mismatch(asked, "the same two processes, as long as the app runs", f"{len(seen)} of them", advice)


def _at_once(api: Api) -> set[int]:
    def send(number: int) -> Reply:
        return api.post("/fingerprint", json={"text": uuid.uuid4().hex}, seconds=patience(WAIT))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(threads.map(send, range(AT_ONCE)))
    return {_pid(reply.expect(200)) for reply in replies}


def _pid(reply: Reply) -> int:
    pid = reply.fields.get("pid")
    return pid if type(pid) is int else reply.fail('200 with {"pid": ...}, a process that has computed it')


def answers_meanwhile(server: Running) -> None:
    """Expect some quick answers before the fingerprint is there; the best of some tries."""
    best = 0
    for _ in range(TRIES):
        ask: Ask = ("POST", "/fingerprint", {"json": {"text": uuid.uuid4().hex}})
        before, reply = answered_before(server.api, ask, lambda: server.api.get("/ping", seconds=WAIT), PINGS, WAIT)
        reply.expect(200)
        best = max(best, before)
        if best >= PINGS:
            return
    advice = "await what the pool computes: .result() waits in the event loop"
    raise Mismatch("GET /ping while POST /fingerprint is under way", f"{PINGS} answers", f"{best}", advice)


def nothing_is_left(server: Running) -> None:
    """Expect that SIGTERM ends the server, and the processes that have computed."""
    _at_once(server.api.plain())
    server.signal(signal.SIGTERM)
    if server.exit_code(patience(END)) is None:
        raise Mismatch("SIGTERM", "the server ends", f"it still runs after {END:g} s, which is not in time")
    if not server.gone(patience(END)):
        advice = "what the app starts it has to end: `with ProcessPoolExecutor(...)` around the yield of a resource"
        raise Mismatch("SIGTERM, and the server has ended", "no process is left", "its processes live on", advice)
