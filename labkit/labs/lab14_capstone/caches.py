"""What checks hold the cache to: who finds what there, what it holds, and what if it is away."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from labkit.checks.api import Mismatch, Overdue, Reply
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.companions.door import Shared
from labkit.labs.lab14_capstone.models import BREAK_ONCE
from labkit.labs.lab14_capstone.setups import ADMIN, FIRST, PLAIN, ask, calls, flower, key, right, wait_for
from labkit.labs.lab14_capstone.versions import ONE
from labkit.sandbox.patience import patience

QUICK, TRIES, LOOKS, HOUR = 3.0, 3, 6, 3600
SAME_KEY = "hash() of a text is another number in each process: take SHA-256 of canonical JSON"
VERSION = "the version of the model belongs into the key"
AWAY = "the cache is a help: except redis.RedisError around each question to it, then compute"
LATE = "it waits 5 s by default, and a retry waits again: socket_timeout, socket_connect_timeout, Retry(NoBackoff(), 0)"


def in_time(check: Callable[..., None], *servers: Running) -> None:
    """Hold a check that expects hits, and again, a few times, if there was one too few.

    Who gives Valkey a quarter of a second, as one should, may wait in vain where a machine is busy.
    """
    for _ in range(LOOKS - 1):
        with contextlib.suppress(Mismatch):
            return check(*servers)
    return check(*servers)


def shared(first: Running, second: Running) -> None:
    """Expect a hit for every client and all processes, without a call of the model."""
    rows = [flower() for _ in range(4)]
    answers = [_source(ask(first.api, row), "miss", "nobody has asked this").json for row in rows]
    for server in (first, second):
        server.events()
        for row, answer in zip(rows, answers, strict=True):
            why = "this client has asked it" if server is first else "another process has computed it"
            _source(ask(server.api, row, PLAIN), "hit", why, SAME_KEY if server is second else None).expect(200, answer)
        _no_calls(server)


def both_routes(first: Running, second: Running) -> None:
    """Expect a hit on v1 of all processes, where there is one, for what v2 has computed."""
    rows = [flower() for _ in range(3)]
    for row in rows:
        _source(ask(first.api, row), "miss", "nobody has asked this")
    for server in (first, second):
        server.events()
        for row in rows:
            old = ask(server.api, row, version=1)
            if old.status != 404:
                _source(old, "hit", "v2 has computed it", ONE)
        _no_calls(server)


def equal(server: Running) -> None:
    """Expect `1` and `1.0` to be one question, and rows that differ by little to be two."""
    first = int(flower()[0])
    for number, text in enumerate((f"[{first}, 2, 3, 1]", f"[{first}.0, 2.0, 3.00, 1e0]")):
        headers = {"X-API-Key": key(ADMIN), "Content-Type": "application/json"}
        reply = server.api.post("/v2/predict", content=f'{{"features": {text}}}', headers=headers)
        if number:
            _source(reply, "hit", "1 is 1.0")
    _source(ask(server.api, [first, 2, 3, 1.000001]), "miss", "another number was asked")
    _source(ask(server.api, [first, 3, 2, 1]), "miss", "another order was asked")


def of_another_version(old: Running, new: Running, known: Known) -> None:
    """Expect a model of another version to find nothing of the old one."""
    for row in [flower() for _ in range(3)]:
        right(ask(old.api, row), row, FIRST)
        reply = ask(new.api, row)
        if reply.headers.get("x-cache") == "hit" or FIRST.answers(reply, row):
            reply.fail(f"the answer of version {known.version}, and X-Cache: miss", VERSION)
        right(reply, row, known)


def entries(server: Running, store: Shared) -> None:
    """Expect all that is held to end by itself within an hour."""
    client = store.valkey.client()
    client.flushall()
    for _ in range(3):
        ask(server.api, flower()).expect(200)
    keys = wait_for(lambda: list(client.scan_iter()), 3.0)
    if not keys:
        raise Mismatch("what predictions leave in Valkey", "a key for each question, at least", "nothing")
    for name in keys:
        left = client.ttl(name)
        if left == -1 or left > HOUR:
            got = f"{name!r} never ends" if left == -1 else f"{name!r} ends in {left} s"
            raise Mismatch(
                "what predictions leave in Valkey", f"each key ends within {HOUR} s", got, "set(..., ex=3600)"
            )


def errors(server: Running) -> None:
    """Expect an error not to be kept: the next one to ask gets the model's answer."""
    row = flower(BREAK_ONCE)
    reply = ask(server.api, row)
    if reply.status < 500:
        reply.fail("500, since the model raises")
    right(_source(ask(server.api, row), "miss", "an error is no answer"), row, FIRST)


def hangs(server: Running, store: Shared) -> None:
    """Expect a Valkey that hangs to cost a prediction at most 1 s and no answer, and hits when it is back."""
    store.valkey.freeze()
    try:
        _answers(server, "Valkey hangs")
    finally:
        store.valkey.thaw()
    back(server)


def dies(server: Running, store: Shared) -> None:
    """Expect a Valkey that is gone to cost no answer, and hits when it is back."""
    store.valkey.kill()
    try:
        _answers(server, "Valkey is gone")
    finally:
        store.valkey.start()
    back(server)


def back(server: Running) -> None:
    """Expect hits again, without a restart."""

    def hit() -> bool:
        row = flower()
        return [ask(server.api, row).headers.get("x-cache") for _ in "ab"] == ["miss", "hit"]

    if not wait_for(hit):
        raise Mismatch("predictions when Valkey is back", "hits again, in 15 s", "only misses")


def without(server: Running) -> None:
    """Expect answers where there is no Valkey at all."""
    row = flower()
    right(ask(server.api, row), row, FIRST)


def _answers(server: Running, what: str) -> None:
    """Expect one of a few predictions to be answered in time, and none to fail."""
    for left in reversed(range(TRIES)):
        row = flower()
        try:
            began = time.monotonic()
            reply = ask(server.api, row, seconds=QUICK)
        except Overdue as late:
            if left:
                continue
            wanted = f"an answer at most 1 s later, though {what}"
            raise Mismatch(late.sent, wanted, f"none in {patience(QUICK):g} s", LATE) from None
        if reply.status != 200:
            reply.fail(f"200, though {what}", AWAY)
        right(reply, row, FIRST)
        if time.monotonic() - began < patience(QUICK):
            return


def _no_calls(server: Running) -> None:
    """Expect no call of the model since the server's events were read last."""
    if found := calls(server):
        raise Mismatch("predictions that are hits", "no call of the model", f"{len(found)} calls")


def _source(reply: Reply, wanted: str, why: str, advice: str | None = None) -> Reply:
    found = reply.headers.get("x-cache")
    if reply.status != 200 or found != wanted:
        reply.fail(f"200 with X-Cache: {wanted}, since {why}", advice, got=f"X-Cache: {found or 'none'}")
    return reply
