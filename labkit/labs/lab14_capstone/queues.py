"""What checks hold the queue to: one call at a time for all who wait, an end of patience, and nobody held back."""

from __future__ import annotations

import time
from collections.abc import Sequence

from labkit.checks.api import Mismatch, Overdue, Raised
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.labs.lab14_capstone import crowds
from labkit.labs.lab14_capstone.models import BREAK, SLOW
from labkit.labs.lab14_capstone.setups import FIRST, ask, calls, flower, right, wait_for

WAIT = 30.0
MOST, MEANWHILE, TRIES = 32, 3, 3
ALONE, BEST_OF = 0.45, 12
BATCH = "who comes while the model works, in a thread, waits for the next call with all others: one call with many rows"
ONE = "one task alone calls the model, and awaits each call before the next"
AT_ONCE = "ask how many wait before you begin to wait, and raise the 503 there"
LIVES = "a task that raises is over: catch it, tell those in the batch, and go on"
HELD = "do not wait for company: who comes alone is called alone, at once"


def batches(server: Running, of: Known, count: int = 60) -> None:
    """Expect many who come while the model works to be answered by few calls, none beside another, none too large."""
    server.events()
    slow = crowds.sent(server, [flower(SLOW)])
    events = _begun(server)
    for one, answer in crowds.answers(slow + crowds.sent(server, [flower() for _ in range(count)])):
        right(answer, one.row, of)
    events += server.events()
    sizes = [int(event.split()[2]) for event in events if event.startswith("begin ")]
    sent = f"{count} predictions at once, while the model works"
    if _at_once(events) > 1:
        raise Mismatch(sent, "one call of the model at a time", f"{_at_once(events)} at once", ONE)
    if len(sizes) > count // 2:
        raise Mismatch(sent, f"few calls of the model, at most {count // 2}", f"{len(sizes)} calls", BATCH)
    if max(sizes, default=0) > MOST:
        raise Mismatch(
            sent, f"at most {MOST} rows in a call", f"{max(sizes)} rows", "take waiting[:32], leave the others"
        )


def crowd(server: Running, limit: int, count: int = 40) -> None:
    """Expect no more than `limit` to wait for a slow call, and the others to be told so before it ends."""
    sent = f"{count} predictions while the model is slow, with QUEUE_LIMIT {limit}"
    for _ in range(TRIES):  # on a busy machine most of a crowd may come too late
        refused = _refused(server, limit, count, sent)
        if refused and 2 * sum(refused) >= len(refused):
            return
    got = f"{len(refused)} times 503, {sum(refused)} of them before the slow call had ended"
    raise Mismatch(sent, "503 for those who find the queue full, at once", got, AT_ONCE)


def _refused(server: Running, limit: int, count: int, sent: str) -> list[bool]:
    """Send a crowd behind a slow call; return of each that was refused whether that came before the call had ended."""
    server.events()
    slow = crowds.sent(server, [flower(SLOW)])
    _begun(server)
    refused, over = [], False
    for one, reply in crowds.answers(slow + crowds.sent(server, [flower() for _ in range(count)])):
        over = over or one in slow
        if reply.status != 503:
            right(reply, one.row, FIRST)
            continue
        refused.append(not over)
        if not reply.headers.get("retry-after"):
            reply.fail("503 with Retry-After", got="no such header")
    after = [rows for _, rows in calls(server)]
    if after and after[0] > limit:
        raise Mismatch(sent, f"at most {limit} of them wait", f"{after[0]} in the next call", AT_ONCE)
    return refused


def lone(server: Running) -> None:
    """Expect who is alone not to wait for company: once at least of a few times, since a machine may be busy."""
    best = WAIT
    for _ in range(BEST_OF):
        row, began = flower(), time.monotonic()
        right(ask(server.api, row), row, FIRST)
        best = min(best, time.monotonic() - began)
        if best <= ALONE:
            return
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
    server.events()
    slow = crowds.sent(server, [flower(SLOW)])
    _begun(server)
    answered = 0
    while answered < MEANWHILE:
        server.api.get("/health", seconds=WAIT).expect(200)
        if server.events():  # the end of a call is told before anybody is answered after it
            break
        answered += 1
    list(crowds.answers(slow))
    if answered < MEANWHILE:
        got = f"{answered} answers before it had ended"
        raise Mismatch("GET /health while the model works", "answers", got, "call the model in a thread")


def _begun(server: Running) -> list[str]:
    """Wait for a call of the model, and return what was told until then."""
    found: list[str] = wait_for(server.events)
    if not found:
        raise Mismatch("a prediction", "a call of the model", "none in 15 s")
    return found


def _at_once(events: Sequence[str]) -> int:
    inside = most = 0
    for event in events:
        inside += {"begin": 1, "end": -1}.get(event.split()[0], 0)
        most = max(most, inside)
    return most
