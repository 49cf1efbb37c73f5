"""What checks hold the breaker to: when it opens, for whom, and when somebody is let through again."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.checks.tricks import LONG, Hold
from labkit.companions.upstream import Answer, json_reply
from labkit.labs.lab13_scale.behind import answers, ask, explained, likely, logged, ours_alone, passes_on
from labkit.labs.lab13_scale.setups import model

FAILED = json_reply({"detail": "no"}, 500)
SLACK = 0.3
"""How much later than the end of the cool-down a breaker is surely no longer open, in seconds."""
FORGET = "failures in a row: an answer sets the count back to 0"
EACH = "each model has a breaker of its own: keep counts and times by its name"
ONE_IS_ENOUGH = "after the cool-down one failure opens it again: do not begin to count anew"


def fails(server: Running, name: str, times: int, answer: Answer = FAILED) -> None:
    """Let a model fail so many times, and expect that it was asked each time."""
    answers(server, name, answer)
    for number in range(times):
        before, lines = len(model(server, name).calls), logged(server)
        reply = ask(server, name)
        if len(model(server, name).calls) == before:
            advice = (FORGET if number else EACH) if reply.status == 503 else None
            explained(server, reply, lines).fail(
                f"the model is asked, since there were only {number} failures in a row", advice
            )
        if reply.status not in (502, 504):
            reply.fail("502 or 504, since the model has failed")


def open_for(server: Running, name: str, cooldown: float, advice: str | None = None) -> Reply:
    """Expect 503 at once, without a call, and when to come again."""
    answers(server, name, json_reply(likely()))
    before, lines = len(model(server, name).calls), logged(server)
    reply = ask(server, name)
    if len(model(server, name).calls) > before:
        reply.fail("503, and the model is not asked", advice)
    explained(server, reply, lines).expect(503, advice=advice or ours_alone(reply))
    seconds = reply.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= cooldown + 1):
        got = f"Retry-After: {seconds}" if seconds else "no such header"
        reply.fail(f"503 with Retry-After, in whole seconds, from 1 to {cooldown:g}", got=got)
    return reply


def counts_in_a_row(server: Running, name: str, failures: int) -> None:
    """Expect an answer to set the count back."""
    for _ in range(2):
        fails(server, name, failures - 1)
        _asked(server, name, FORGET)


def others_are_asked(server: Running, broken: str, other: str, failures: int) -> None:
    """Expect an open breaker to concern its own model alone."""
    fails(server, broken, failures)
    _asked(server, other, EACH)


def _asked(server: Running, name: str, advice: str) -> None:
    before, lines = len(model(server, name).calls), logged(server)
    answers(server, name, json_reply(wanted := likely()))
    reply = ask(server, name)
    if len(model(server, name).calls) == before:
        explained(server, reply, lines).fail("200, and the model is asked", advice if reply.status == 503 else None)
    reply.expect(200, wanted)


def too_late_counts(server: Running, name: str, failures: int) -> None:
    """Expect answers that come too late to count, as other failures do."""
    hold = Hold()
    answers(server, name, hold.answer(json_reply(likely())))
    with ThreadPoolExecutor(failures) as pool:
        replies = list(pool.map(lambda _: ask(server, name, 3 * LONG), range(failures)))
        hold.over = True
    for reply in replies:
        if reply.status not in (502, 504):
            reply.fail("504, or 502, since no answer came in time")
    open_for(server, name, float("inf"), "a 504 is a failure as well")


def recovers(server: Running, name: str, failures: int, cooldown: float) -> None:
    """Expect a request to be let through after the cool-down, and its answer to close the breaker."""
    fails(server, name, failures)
    time.sleep(cooldown + SLACK)
    before = len(model(server, name).calls)
    answers(server, name, json_reply(likely()))
    reply = ask(server, name)
    if len(model(server, name).calls) == before:
        reply.fail(
            f"200, since the cool-down of {cooldown:g} s is over", "after BREAKER_COOLDOWN somebody is let through"
        )
    reply.expect(200)
    fails(server, name, failures - 1)  # it was closed: so many more are borne
    passes_on(server, name)


def opens_again(server: Running, names: tuple[str, ...], failures: int, cooldown: float) -> None:
    """Expect one failure after the cool-down to open it again; the best of some tries, each with another model."""
    for name in names:
        fails(server, name, failures)
        time.sleep(cooldown + SLACK)
        begun = time.monotonic()
        fails(server, name, 1)
        before = len(model(server, name).calls)
        reply = ask(server, name)
        if time.monotonic() - begun > cooldown:
            continue  # the machine is slow: it may be closed again
        if reply.status != 503 or len(model(server, name).calls) > before:
            raise Mismatch(
                f"{reply.sent}, after {failures} failures, the cool-down, and another failure",
                "503, and the model is not asked",
                reply.got,
                ONE_IS_ENOUGH,
            )
        return
