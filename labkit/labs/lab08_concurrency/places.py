"""What checks hold POST /generate to: how many calls are at the upstream, how many wait, and who is refused."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from labkit.checks.api import Api, Mismatch, Overdue, Reply
from labkit.checks.running import Running
from labkit.checks.tricks import LONG, Hold
from labkit.companions.upstream import Reply as Sent
from labkit.companions.upstream import Upstream, json_reply
from labkit.labs.lab08_concurrency.setups import upstream
from labkit.sandbox.patience import patience

PATH = "/generate"
AT_ONCE, WAITING = 2, 4
IN_ANY_CASE = "what has to happen however a call ends belongs into `finally`, or is left by `async with`"
GRACE = 0.3
"""How long those who should wait are looked at, in seconds: somebody might be refused, or let in, a moment later."""


def generates(server: Running) -> None:
    """Expect the upstream's text."""
    text = uuid.uuid4().hex
    upstream(server).answers[PATH] = json_reply({"text": text})
    send(server.api, "Once upon a time").expect(200, {"text": text})
    asked = upstream(server).calls[-1]
    if asked.body != {"prompt": "Once upon a time"}:
        raise Mismatch(PATH, 'the upstream is asked with {"prompt": ...}', str(asked.body))


def send(api: Api, prompt: str, seconds: float = 3 * LONG) -> Reply:
    """Send a prompt."""
    return api.post(PATH, json={"prompt": prompt}, seconds=patience(seconds))


def full(server: Running, count: int) -> None:
    """Expect two at the upstream and four that wait, where nobody is answered; the others are refused at once."""
    hold, asked = Hold(), upstream(server)
    asked.answers[PATH] = hold.answer(json_reply({"text": "so it goes"}))
    most = 0
    with ThreadPoolExecutor(count) as threads:
        sent = [threads.submit(send, server.api.plain(), f"Chapter {number}") for number in range(count)]
        try:
            asked.wait(lambda: _all_placed(asked, sent), patience(LONG))
            asked.wait(lambda: _refused(sent) > count - AT_ONCE - WAITING, GRACE)
            most = len(asked.inside(PATH))
            early = [one.result() for one in sent if one.done()]
        finally:
            hold.over = True
        replies = [one.result() for one in sent]
    _placed(f"{count} requests to POST {PATH} at the same time", count, most, early)
    for reply in early:
        refusal(server.api.explain(reply))
    for reply in map(server.api.explain, replies):
        if reply not in early:
            reply.expect(200, {"text": "so it goes"})


def _all_placed(asked: Upstream, sent: Sequence[Future[Reply]]) -> bool:
    return len(asked.inside(PATH)) >= AT_ONCE and _refused(sent) >= len(sent) - AT_ONCE - WAITING


def _refused(sent: Sequence[Future[Reply]]) -> int:
    return sum(one.done() for one in sent)


def _placed(what: str, count: int, inside: int, early: Sequence[Reply]) -> None:
    """Say who is where, and why, if it is not as it should be."""
    wanted = count - AT_ONCE - WAITING
    if inside == AT_ONCE and len(early) == wanted:
        return
    advice = None
    if inside > AT_ONCE:
        advice = "one semaphore for the whole app, made once, lets two in: one for each request stops nobody"
    elif not early:
        advice = "a semaphore lets everybody wait, however many: count who is inside or waits, and refuse the seventh"
    elif len(early) > wanted:
        advice = "four may wait: refuse only when those inside and those who wait are six"
    expected = f"{AT_ONCE} at the upstream, {WAITING} that wait, {wanted} refused at once"
    got = f"{inside} at the upstream, {count - inside - len(early)} that wait, {len(early)} answered"
    raise Mismatch(what, expected, got, advice)


def refusal(reply: Reply) -> None:
    """Expect 503 and whole seconds in Retry-After."""
    reply.expect(503)
    seconds = reply.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and int(seconds) >= 1):
        got = f"Retry-After: {seconds}" if seconds else "no such header"
        reply.fail("503 with Retry-After, in whole seconds, 1 or more", got=got)


def place_is_free_again(server: Running, answer: Sent, times: int = AT_ONCE + WAITING + 1) -> None:
    """Expect that calls which fail leave their places to others."""
    asked = upstream(server)
    asked.answers[PATH] = answer
    for number in range(times):
        reply = _admitted(server, f"Verse {number}", number)
        if reply.status == 503 and number >= AT_ONCE + WAITING:
            _lost(reply, number)
        if reply.status in (200, 503):
            reply.fail("any status but 200 and 503, since the upstream has failed")
    asked.answers[PATH] = json_reply({"text": "at last"})
    reply = _admitted(server, "And then", times)
    if reply.status == 503:
        _lost(reply, times)
    reply.expect(200, {"text": "at last"})


def _admitted(server: Running, prompt: str, failed: int) -> Reply:
    """Send a prompt that has to find a place: somebody who waits while nobody is at the upstream waits for ever."""
    try:
        return server.api.explain(send(server.api.plain(), prompt, seconds=LONG))
    except Overdue as problem:
        if upstream(server).inside(PATH):
            raise
        raise Overdue(problem.sent, _free(failed), problem.got, IN_ANY_CASE) from None


def _lost(reply: Reply, failed: int) -> None:
    reply.fail(_free(failed), IN_ANY_CASE)


def _free(failed: int) -> str:
    return f"a place, since {failed} calls have failed, and nobody is at the upstream"
