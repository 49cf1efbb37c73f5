"""What checks hold the queue to: one call at a time for all who wait, an end of patience, and nobody held back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from labkit.checks.api import Mismatch, Overdue, Raised, Reply
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.labs.lab14_capstone.models import BREAK, SLOW
from labkit.labs.lab14_capstone.setups import FIRST, ask, calls, flower, right, together, wait_for
from labkit.sandbox.patience import patience

WAIT = 30.0
MOST, CALLS, MEANWHILE = 32, 20, 3
ALONE, BEST_OF = 0.35, 8
BATCH = "who comes while the model works waits for the next call, with all the others: one call with many rows"
ONE = "one task alone calls the model, and awaits each call before the next"
AT_ONCE = "ask how many wait before you begin to wait, and raise the 503 there"
LIVES = "a task that raises is over: catch it, tell those in the batch, and go on"
HELD = "do not wait for company: who comes alone is called alone, at once"


def batches(server: Running, of: Known, count: int = 60) -> None:
    """Expect many at once on a slow model to be answered by few calls, none beside another, none too large."""
    server.events()
    rows = [flower() for _ in range(count)]
    for reply, row in zip(together(count, lambda number: _patient(server, rows[number])), rows, strict=True):
        right(reply, row, of)
    events = server.events()
    sizes = [int(event.split()[2]) for event in events if event.startswith("begin ")]
    sent = f"{count} predictions at once, on a model of {of.model.seconds:g} s"
    if _at_once(events) > 1:
        raise Mismatch(sent, "one call of the model at a time", f"{_at_once(events)} at once", ONE)
    if len(sizes) > CALLS:
        raise Mismatch(sent, f"few calls of the model, at most {CALLS}", f"{len(sizes)} calls", BATCH)
    if max(sizes, default=0) > MOST:
        raise Mismatch(
            sent, f"at most {MOST} rows in a call", f"{max(sizes)} rows", "take waiting[:32], leave the others"
        )


def crowd(server: Running, limit: int, count: int = 40) -> None:
    """Expect no more than `limit` to wait for a slow call, and the others to be told so before it ends."""
    server.events()
    slow = flower(SLOW)
    with ThreadPoolExecutor(count + 1) as threads:
        first = threads.submit(_patient, server, slow)
        _begun(server)
        rows = [flower() for _ in range(count)]
        others = [threads.submit(_timed, server, row, first) for row in rows]
        replies = [one.result() for one in others]
        right(first.result(), slow, FIRST)
    refused = [(reply, before) for reply, before in replies if reply.status == 503]
    for reply, _ in refused:
        if not reply.headers.get("retry-after"):
            reply.fail("503 with Retry-After", got="no such header")
    for (reply, _), row in zip(replies, rows, strict=True):
        if reply.status != 503:
            right(reply, row, FIRST)
    after = [rows for _, rows in calls(server)]
    sent = f"{count} predictions while the model is slow, with QUEUE_LIMIT {limit}"
    if after and after[0] > limit:
        raise Mismatch(sent, f"at most {limit} of them wait", f"{after[0]} in the next call", AT_ONCE)
    early = sum(before for _, before in refused)
    if not refused or 2 * early < len(refused):
        got = f"{len(refused)} times 503, {early} of them before the slow call had ended"
        raise Mismatch(sent, "503 for those who find the queue full, at once", got, AT_ONCE)


def lone(server: Running) -> None:
    """Expect who is alone not to wait for company: the best of a few counts."""
    best = WAIT
    for _ in range(BEST_OF):
        row, began = flower(), time.monotonic()
        right(ask(server.api, row), row, FIRST)
        best = min(best, time.monotonic() - began)
    if best > patience(ALONE):
        got = f"none of {BEST_OF} in less than {best:.2f} s"
        raise Mismatch("a prediction when nobody else asks", "an answer without a wait for company", got, HELD)


def raising(server: Running) -> None:
    """Expect a call that raises to be a 500 for those in it, and for nobody after it."""
    for _ in range(2):
        try:
            reply = ask(server.api, flower(BREAK), seconds=10.0)
            if reply.status != 500:
                reply.fail("500, since the model raises")
            row = flower()
            right(ask(server.api, row, seconds=10.0), row, FIRST)
        except (Overdue, Raised) as problem:
            raise Mismatch(problem.sent, "an answer, though a call has raised", problem.got, LIVES) from None


def meanwhile(server: Running) -> None:
    """Expect /health to answer while the model works."""
    with ThreadPoolExecutor(1) as threads:
        server.events()
        slow = threads.submit(_patient, server, flower(SLOW))
        _begun(server)
        answered = 0
        while not slow.done() and answered < MEANWHILE:
            try:
                server.api.get("/health", seconds=WAIT).expect(200)
            finally:
                answered += not slow.done()
        slow.result()
    if answered < MEANWHILE:
        got = f"{answered} answers before it had ended"
        raise Mismatch("GET /health while the model works", "answers", got, "call the model in a thread")


def _begun(server: Running) -> None:
    if not wait_for(lambda: calls(server)):
        raise Mismatch("a prediction", "a call of the model", "none in 15 s")


def _timed(server: Running, row: Sequence[float], slow: Future[Reply]) -> tuple[Reply, bool]:
    """Return what came of a request, and whether it came before the slow one had ended."""
    reply = _patient(server, row)
    return reply, not slow.done()


def _patient(server: Running, row: Sequence[float]) -> Reply:
    return ask(server.api.plain(), row, seconds=WAIT)


def _at_once(events: Sequence[str]) -> int:
    inside = most = 0
    for event in events:
        inside += {"begin": 1, "end": -1}.get(event.split()[0], 0)
        most = max(most, inside)
    return most
