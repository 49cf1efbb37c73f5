"""What checks hold a store to that processes share: who finds what there, what it holds, and what if it is away."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from labkit.checks.api import Mismatch, Overdue
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.companions.door import Shared
from labkit.labs.lab12_traffic.answers import KNOWN, calls, right
from labkit.labs.lab12_traffic.models import Telling
from labkit.labs.lab12_traffic.setups import CLASSES, ask, flower

NEWER = Known(Telling(3, seed=21), CLASSES, "2.0.0")
"""The model that comes after that of most setups."""
ROWS, HITS = 6, 2
"""How many rows are asked, and how many of them have to be hits: on a busy machine a store may be late for some."""
TRIES, QUICK = 3, 4.0
"""How often a store that is away is tried, and in how many seconds one of these has to be answered."""
WRITTEN = 10
"""How many rows are asked until the store has something, at most: on a busy machine it may be late for some."""
LIMITER = b"LIMITS"
"""How the keys of the limiter begin, which are its own business."""
NOT_WRITTEN = "is the answer written, and as text? What the client raises is caught, so print it: set() takes no dict"
SAME_KEY = "hash() of a text is another number in each process: take SHA-256 of canonical JSON"
VERSION = "the version of the model belongs into the key: a new model finds nothing of the old one"
EXPIRY = "give each entry its end when you write it: set(key, value, px=...)"
NO_PICKLE = "to load a pickle runs what is in it, and others write into the store, too: JSON holds data alone"
MISS = "what is no JSON raises ValueError: then it is a miss"
AWAY = "the store is a help: except redis.RedisError around each question to it, then compute"
LATE = "the client waits 5 s by default: socket_timeout=0.2 and socket_connect_timeout=0.2"
RUBBISH = (b'{"class": 1, "lab', b"\xfe\xff\x00 not JSON", b"")


def computed(server: Running, count: int = ROWS, known: Known = KNOWN) -> list[list[float]]:
    """Let a process compute some rows, and return them."""
    rows = [flower() for _ in range(count)]
    for row in rows:
        right(ask(server.api, row), row, known)
    return rows


def found(first: Running, second: Running, store: Shared) -> None:
    """Expect that one process finds what another has computed, and computes what it does not find."""
    rows = computed(first)
    second.events()
    replies = [right(ask(second.api, row), row) for row in rows]
    hits, called = sum(reply.headers["x-cache"] == "hit" for reply in replies), calls(second)
    sent = f"{ROWS} questions to POST /predict in a second process, which the first one has answered"
    if hits < HITS:
        written = _keys(store)
        got = f"{hits} hits, {called} calls of the model" + (", and nothing in the store" if not written else "")
        raise Mismatch(sent, "X-Cache: hit", got, SAME_KEY if written else NOT_WRITTEN)
    if hits + called > ROWS:
        raise Mismatch(sent, "no call of the model for a hit", f"{hits} hits, {called} calls of the model")


def of_another_version(old: Running, new: Running, known: Known) -> None:
    """Expect that a model of another version finds nothing of the old one."""
    for row in computed(old, 3):
        reply = ask(new.api, row)
        if KNOWN.answers(reply, row) or reply.headers.get("x-cache") == "hit":
            reply.fail(f"the answer of version {known.version}, and X-Cache: miss", VERSION)
        right(reply, row, known)


def held(server: Running, store: Shared, seconds: float) -> None:
    """Expect all that is held to end by itself, and none of it to be a pickle."""
    sent, client = "what POST /predict leaves in the store", store.valkey.client()
    client.flushall()
    for _ in range(WRITTEN):
        computed(server, 1)
        time.sleep(0.1)  # it may be written after the answer
        if keys := _keys(store):
            break
    else:
        raise Mismatch(sent, "a key for each question, at least", "nothing")
    for key in keys:
        left = client.pttl(key)
        if left == -1 or left > seconds * 1000:
            got = f"{key!r} never ends" if left == -1 else f"{key!r} ends in {left / 1000:.0f} s"
            raise Mismatch(sent, f"each key ends within {seconds:g} s", got, EXPIRY)
        value = client.get(key) if client.type(key) == b"string" else b""
        if value and value[:1] == b"\x80" and value[-1:] == b".":
            raise Mismatch(sent, "no pickle", f"{key!r} holds {value[:24]!r}...", NO_PICKLE)


def rubbish(first: Running, second: Running, store: Shared) -> None:
    """Expect what cannot be read to be a miss."""
    client = store.valkey.client()
    for content in RUBBISH:
        (row,) = computed(first, 1)
        for key in _keys(store):
            client.set(key, content, px=60_000)
        reply = ask(second.api, row)
        advice = MISS if reply.status >= 500 else None
        if reply.status != 200:
            reply.fail(f"200, though the store holds {content!r}", advice)
        right(reply, row)


def answers_without(server: Running, what: str) -> None:
    """Expect answers though the store is away: one of some in little time, and none that fails."""
    for left in reversed(range(TRIES)):
        row = flower()
        try:
            reply = ask(server.api, row, seconds=QUICK)
        except Overdue as problem:
            if left:
                continue
            wanted = f"an answer in time, at most 1 s later, though {what}"
            raise Mismatch(problem.sent, wanted, f"none in {QUICK:g} s", LATE) from None
        if reply.status != 200:
            reply.fail(f"200, though {what}", AWAY)
        right(reply, row)
        return


@contextmanager
def frozen(store: Shared) -> Iterator[None]:
    """Let the store be silent while the block runs."""
    store.valkey.freeze()
    try:
        yield
    finally:
        store.valkey.thaw()


def _keys(store: Shared) -> Sequence[bytes]:
    return [key for key in store.valkey.client().scan_iter() if not key.startswith(LIMITER)]
