"""What checks hold a cache to: which questions are the same, for how long an answer is good, how many are kept."""

from __future__ import annotations

import time
from collections.abc import Sequence

from labkit.checks.api import Mismatch, Reply
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.labs.lab12_traffic.models import SECRET, Telling
from labkit.labs.lab12_traffic.setups import CLASSES, ask, flower

KNOWN = Known(Telling(3, seed=12), CLASSES, "1.0.0")
"""The model of most setups."""
GRACE = 1.3
"""How much longer than it should an answer may be good, in seconds: it is made a moment before it is received."""
NOT_NEAR = "two rows are one question if all four numbers are equal: nothing is rounded for the key"
EQUAL = "5 and 5.0 are equal, as numbers: tuple(features) is a key, and so is JSON of the floats"
ENDS = "an answer ends CACHE_SECONDS after it was computed: lru_cache never forgets, a TTLCache does"
NO_RENEWAL = "the time counts from when an answer was computed, and a hit does not begin it anew"
BOUNDED = "keep CACHE_SIZE answers at most, or a stranger fills your memory"
ERRORS = "keep an answer when it is there, and nothing if the model has raised"


def calls(server: Running) -> int:
    """Return how often the model was called since this was last asked for."""
    return sum(event.startswith("begin") for event in server.events())


def right(reply: Reply, row: Sequence[float], known: Known = KNOWN) -> Reply:
    """Expect the model's answer, and a word about where it comes from."""
    known.expect_prediction(reply, row)
    if reply.headers.get("x-cache") not in ("hit", "miss"):
        reply.fail("X-Cache: hit or miss", got=f"X-Cache: {reply.headers.get('x-cache')}")
    return reply


def source(reply: Reply, wanted: str, why: str, advice: str | None = None) -> None:
    """Expect a hit, or a miss."""
    found = reply.headers.get("x-cache")
    if found != wanted:
        reply.fail(f"X-Cache: {wanted}, since {why}", advice, got=f"X-Cache: {found}")


def kept(server: Running) -> None:
    """Expect the second answer to one question to be a hit, whoever asks, and one call of the model for both."""
    row = flower()
    server.events()
    source(right(ask(server.api, row, "key-0"), row), "miss", "nobody has asked this before")
    again = right(ask(server.api, row, "key-2"), row)
    source(again, "hit", "another client has asked this before", "clients share the cache")
    if (called := calls(server)) != 1:
        raise Mismatch(again.sent, "one call of the model for two who ask the same", f"{called} calls")


def equal(server: Running, row: Sequence[str], same: Sequence[str]) -> None:
    """Expect two ways to write the same numbers to be one question."""
    first = flower()[0]
    values = [first, *map(float, row)]
    written = [[f"{first:g}", *row], [f"{first:.2f}", *same]]
    for number, texts in enumerate(written):
        headers = {"X-API-Key": "key-0", "Content-Type": "application/json"}
        body = f'{{"features": [{", ".join(texts)}]}}'
        reply = right(server.api.post("/predict", content=body, headers=headers), values)
        if number:
            source(reply, "hit", f"these are the numbers [{', '.join(written[0])}]", EQUAL)


def near(server: Running, by: float) -> None:
    """Expect rows that differ by little, or in their order, to be other questions."""
    row = flower()
    right(ask(server.api, row), row)
    others = [[*row[:place], row[place] + by, *row[place + 1 :]] for place in range(4)]
    for other in [[row[0], *row[:0:-1]], *others, [row[0] + 0.25, *row[1:]]]:  # few are kept: the first one still is
        source(right(ask(server.api, other), other), "miss", f"this is not {row}", NOT_NEAR)


def bounded(server: Running, size: int) -> None:
    """Expect the latest answer to be kept, and of many no more than may be."""
    rows = [flower() for _ in range(2 * size + 4)]
    for row in rows:
        right(ask(server.api, row), row)
    replies = [right(ask(server.api, row), row) for row in reversed(rows)]
    source(replies[0], "hit", "this was the last question")
    hits = sum(reply.headers["x-cache"] == "hit" for reply in replies)
    if hits > size:
        sent = f"{len(rows)} questions to POST /predict, and the same again"
        raise Mismatch(sent, f"{size} hits at most, since CACHE_SIZE is {size}", f"{hits} hits", BOUNDED)


def ends(server: Running, seconds: float) -> None:
    """Expect no hit on an answer that is older than it may be, asked for all the time or not."""
    often, seldom = flower(), flower()
    made = _made(server, often)
    _made(server, seldom)
    until = time.monotonic() + seconds + GRACE
    while time.monotonic() < until:
        if right(ask(server.api, often), often).headers["x-cache"] == "miss":
            made = time.monotonic()
        time.sleep(seconds / 4)
    why = f"the answer is more than {seconds:g} s old"
    source(right(ask(server.api, seldom), seldom), "miss", why, ENDS)
    reply = right(ask(server.api, often), often)
    if made < until - seconds - GRACE:
        source(reply, "miss", why, NO_RENEWAL)


def _made(server: Running, row: Sequence[float]) -> float:
    """Ask for the first time, and return when the answer was there at the latest."""
    right(ask(server.api, row), row)
    return time.monotonic()


def not_kept(server: Running) -> None:
    """Expect the model to be called again for a question that it has failed on."""
    row = flower(failing=True)
    server.events()
    for _ in range(2):
        failed(ask(server.api, row))
    if (called := calls(server)) != 2:
        sent = "POST /predict twice, with a row for which the model raises"
        raise Mismatch(sent, "two calls of the model", f"{called}", ERRORS)


def failed(reply: Reply, advice: str | None = None) -> Reply:
    """Expect a 5xx, without a word of the exception."""
    if not 500 <= reply.status < 600:
        reply.fail("a status from 500 to 599, since the model raises", advice)
    if SECRET in reply.text:
        reply.fail("a status from 500 to 599, with nothing of the exception")
    return reply
