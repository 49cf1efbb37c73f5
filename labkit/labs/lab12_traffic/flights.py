"""What checks hold a single flight to: one call for all who ask the same at the same time, and nobody else waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from labkit.checks.api import Mismatch, Overdue, Reply
from labkit.checks.running import Running
from labkit.labs.lab12_traffic.answers import KNOWN, calls, failed
from labkit.labs.lab12_traffic.setups import ask, flower
from labkit.sandbox.patience import patience

TRIES = 2
"""How often it is tried where each has called the model, one after the other: they might have come so."""
WAIT = 15.0
"""How long an answer may take, in seconds."""
EVERYBODY = "who comes while a call is under way waits for that one: keep its task, by tuple(features)"
ONE_LOCK = "a lock for all lets one question wait for another: keep a task for each question"
TELL = "who waits for a task that raises is told so by `await`: keep the task, not an event"
EMPTY = "take the task away when it has ended, also when it has failed"


def one_call(server: Running, count: int) -> None:
    """Expect one call of the model for many who ask the same at the same time, and its answer for all of them."""
    for left in reversed(range(TRIES)):
        row = flower(slow=True)
        server.events()
        for reply in _together(server, [row] * count):
            KNOWN.expect_prediction(reply, row)
        events = server.events()
        called, at_once = sum(event.startswith("begin") for event in events), _most(events)[0]
        if at_once > 1 or (called == count and not left):
            got = f"{called} calls, {at_once} of them at the same time"
            raise Mismatch(_said(count, "the same row"), "one call of the model", got, EVERYBODY)
        if called < count:
            return


def others_go_on(server: Running, count: int) -> None:
    """Expect two of several questions at least to be in the model at the same time."""
    rows = [flower(slow=True) for _ in range(count)]
    server.events()
    for reply, row in zip(_together(server, rows), rows, strict=True):
        KNOWN.expect_prediction(reply, row)
    if _most(server.events())[1] < 2:
        wanted, got = "the model works on two of them at the same time", "one after the other"
        raise Mismatch(_said(count, "other rows"), wanted, got, ONE_LOCK)


def all_are_told(server: Running, count: int) -> None:
    """Expect a failure to be told to all who waited, and the next request to try again."""
    row = flower(slow=True, failing=True)
    for reply in _together(server, [row] * count):
        failed(reply)
    server.events()
    reply = failed(ask(server.api, row, seconds=WAIT))
    if not calls(server):
        reply.fail("another call of the model, since the one before has failed", EMPTY)


def _together(server: Running, rows: Sequence[Sequence[float]]) -> list[Reply]:
    """Send rows at the same time, and return the answers.

    Raises:
        Mismatch: somebody is not answered.
    """
    api = server.api.plain()
    with ThreadPoolExecutor(len(rows)) as threads:
        sent = [threads.submit(ask, api, row, seconds=patience(WAIT)) for row in rows]
    late = [problem for one in sent if isinstance(problem := one.exception(), Overdue)]
    if late:
        what = "the same row" if rows[0] == rows[-1] else "other rows"
        got = f"{len(late)} of them never"
        raise Mismatch(_said(len(rows), what), "all are answered in time", got, TELL)
    replies = [one.result() for one in sent]
    server.api.explain_first(replies)
    return replies


def _most(events: Sequence[str]) -> tuple[int, int]:
    """Return how many calls with one row, and how many in all, were in the model at the same time, at most."""
    inside: Counter[str] = Counter()
    one = together = 0
    for event in events:
        kind, _, row = event.partition(" ")
        inside[row] += {"begin": 1, "end": -1}.get(kind, 0)
        one, together = max(one, inside[row]), max(together, inside.total())
    return one, together


def _said(count: int, what: str) -> str:
    return f"{count} requests to POST /predict at the same time, {what}"
