"""What checks hold the gateway to: what becomes of the answers of the models behind it, of one and of all together."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from labkit.checks.api import Mismatch, Overdue, Reply
from labkit.checks.compare import same
from labkit.checks.predictions import FLOWER, IRIS
from labkit.checks.running import Running
from labkit.checks.tracebacks import RAISED
from labkit.checks.tricks import LONG, Hold, Rendezvous
from labkit.companions.upstream import Answer, json_reply
from labkit.labs.lab13_scale.setups import model
from labkit.module.advice import for_exception
from labkit.sandbox.patience import patience
from labkit.text import one_line

ASKED = "/predict"
ALL = "/aggregate-predict"
SECRET = "row 7 of shard dahlia"
"""What a model says where it fails, and nobody else may."""
FEW = 5
"""How many connections may be made where one is expected: a client may give up one that was idle."""
NEAR = 1e-6
_WIDTH = 150
HELD = 1.2
"""How long a model says nothing where it may take longer, in seconds: the default of UPSTREAM_TIMEOUT is less."""
DEADLINE = "timeouts of httpx are about silence: asyncio.timeout(UPSTREAM_TIMEOUT) around the request is a deadline"
OURS = "the given route knows Unavailable, and makes a 502 of all else: raise that, with its status"
ONE_FAILS = "a model that fails is left out, whatever it raises or answers"
UNUSED = (
    "every model has answered, and none was used: print what gather has returned, and what probabilities makes of it"
)
UNASKED = "not every model was asked: print what gather has returned, an exception may be among it"
FLOWERS = {"features": FLOWER}


def path(name: str) -> str:
    """Return where a model is asked through the gateway."""
    return f"/models/{name}/predict"


def likely(*shares: float) -> dict[str, Any]:
    """Return a model's answer: with these probabilities, or with some that nobody can know beforehand."""
    if not shares:
        parts = [random.uniform(0.1, 1.0) for _ in IRIS]
        shares = tuple(part / sum(parts) for part in parts)
    best = max(range(len(shares)), key=lambda number: shares[number])
    found = {"class": best, "label": IRIS[best], "model_version": "1.0", "confidence": shares[best]}
    return {**found, "probabilities": dict(zip(IRIS, shares, strict=True))}


def answers(server: Running, name: str, answer: Answer) -> None:
    """Say what a model answers from now on."""
    model(server, name).answers[ASKED] = answer


def ask(server: Running, name: str, seconds: float = LONG) -> Reply:
    """Ask a model through the gateway."""
    return server.api.plain().post(path(name), json=FLOWERS, seconds=patience(seconds))


def explained(server: Running, reply: Reply, before: int) -> Reply:
    """Let a 502 that nobody expected say what the given route has made it of, if it has: the log has that.

    Args:
        server: the server.
        reply: its answer.
        before: how many lines it had logged before it was asked.
    """
    if reply.status == 502:
        lines = server.printed(lambda out, err: any(map(RAISED.match, err[before:])))[1][before:]
        said = [one_line(line, _WIDTH) for line in lines if RAISED.match(line)]
        places = re.findall(r'/(lab13_scale\.py)", line (\d+)', "\n".join(lines))
        where = [", in labs/{}:{}".format(*place) for place in places[-1:]]
        reply.raised = "".join([*said[-1:], *where]) if said else None
    return reply


def ours_alone(reply: Reply) -> str | None:
    """Say what to raise where the given route has made a 502 of an exception of FastAPI's."""
    return OURS if "HTTPException: " in (reply.raised or "") else None


def logged(server: Running) -> int:
    """Return how many lines a server has logged so far."""
    return len(server.printed()[1])


def passes_on(server: Running, name: str) -> None:
    """Expect the model's own answer, and that it was asked for the flower."""
    wanted = {**likely(), "extra": random.randint(1, 10**6)}
    answers(server, name, json_reply(wanted))
    before = logged(server)
    reply = ask(server, name)
    (reply if reply.status == 200 else explained(server, reply, before)).expect(200, wanted)
    if (call := model(server, name).calls[-1]).body != FLOWERS:
        raise Mismatch(f"POST {path(name)}", f"the model is asked with {FLOWERS}", str(call.body))


def keeps_its_connection(server: Running, name: str, calls: int) -> None:
    """Expect one request after the other over the same connection to the model."""
    before = model(server, name).connections
    for _ in range(calls):
        passes_on(server, name)
    if (made := model(server, name).connections - before) > FEW:
        advice = "make one client when the app starts, and ask with that one" if made >= calls else None
        raise Mismatch(
            f"{calls} times POST {path(name)}, one after the other", "one connection to the model", f"{made}", advice
        )


def failure(
    server: Running, name: str, answer: Answer | None, status: int, what: str, advice: str | None = None
) -> None:
    """Expect a status for what a model did, nothing of its words, and that it was asked once.

    Args:
        server: the server.
        name: the model.
        answer: what it answers; None if it is as it is.
        status: the status.
        what: what the model did, in words.
        advice: what to try where its answer was passed on, or is still waited for.
    """
    if answer:
        answers(server, name, answer)
        before = len(model(server, name).calls)
    lines = logged(server)
    try:
        reply = ask(server, name)
    except Overdue as problem:
        raise Overdue(problem.sent, f"{status}, since {what}", problem.got, advice) from None
    if reply.status != status:
        explained(server, reply, lines)
    refusal(reply, status, what, advice if reply.status == 200 else ours_alone(reply))
    if answer and (times := len(model(server, name).calls) - before) != 1:
        raise Mismatch(reply.sent, f"the model is asked once, though {what}", f"it was asked {times} times")


def refusal(reply: Reply, status: int, what: str, advice: str | None = None) -> None:
    """Expect a failure to be told by a status, without a word of the model's or of an exception."""
    if reply.status != status:
        reply.fail(f"{status}, since {what}", advice)
    if any(word in reply.text for word in (SECRET, "127.0.0.1", "Traceback", "Error", "line 1 column")):
        reply.fail(f"{status} in words of your own", "the text of an exception names addresses, and more")


def others_go_on(server: Running, name: str, other: str) -> None:
    """Expect other requests to be answered while a model says nothing."""
    hold = Hold()
    answers(server, name, hold.answer(json_reply(likely())))
    answers(server, other, json_reply(wanted := likely()))
    asked = model(server, name)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, server, name, 3 * LONG)
        try:
            asked.wait(lambda: bool(asked.inside(ASKED)) or waiting.done(), patience(LONG))
            ask(server, other).expect(200, wanted)
            server.api.plain().get("/health").expect(200)
            time.sleep(HELD)
        finally:
            hold.over = True
        waiting.result().expect(200, advice="the deadline is UPSTREAM_TIMEOUT, and no number")


def aggregate(
    server: Running, means: Mapping[str, float], used: set[str], missing: set[str], advice: str | None = None
) -> None:
    """Ask all models, and expect these means, and who was used and who was not."""
    before = {name: len(model(server, name).calls) for name in used}
    reply = server.api.post(ALL, json=FLOWERS, seconds=patience(2 * LONG))
    found = reply.json if isinstance(reply.json, dict) else {}
    if reply.status != 200 or not isinstance(found.get("probabilities"), dict):
        alone = ONE_FAILS if missing and reply.status >= 500 and not for_exception(reply.raised or "") else None
        if not missing and reply.status in (502, 503, 504):
            alone = UNUSED if all(len(model(server, name).calls) > before[name] for name in used) else UNASKED
        reply.fail('200 with "probabilities", "used" and "missing"', advice or alone)
    for key, names in (("used", used), ("missing", missing)):
        told = found.get(key)
        if not isinstance(told, list) or sorted(map(str, told)) != sorted(names):
            reply.fail(f'200 with "{key}": {sorted(names)}', advice, got=f'"{key}": {told}')
    _means(reply, found, means, len(used), len(used | missing))


def _means(reply: Reply, found: dict[str, Any], means: Mapping[str, float], used: int, every: int) -> None:
    given = found["probabilities"]
    if given.keys() != means.keys() or not all(_near(given[label], means[label]) for label in means):
        label = next(iter(means))
        thinned = used < every and _near(given.get(label), means[label] * used / every)
        advice = f"divide by the {used} models that were used, not by all {every}" if thinned else None
        shown = {label: round(value, 4) for label, value in means.items()}
        reply.fail(f'200 with "probabilities": {shown}', advice, got=f"probabilities {given}")
    best = max(means, key=lambda label: means[label])
    if not same(found.get("label"), best) or not _near(found.get("confidence"), means[best]):
        reply.fail(f'200 with "label": "{best}", "confidence": {means[best]:.4f}')


def _near(found: Any, wanted: float) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found - wanted) < NEAR


def mean_of(server: Running, names: list[str], bad: Mapping[str, Answer], advice: str | None = None) -> None:
    """Expect the mean over those models that answer, where others do what they must not."""
    given = {name: likely() for name in names if name not in bad}
    for name in names:
        answers(server, name, bad.get(name) or json_reply(given[name]))
    every = [answer["probabilities"] for answer in given.values()]
    means = {label: sum(found[label] for found in every) / len(every) for label in IRIS}
    aggregate(server, means, set(given), set(bad), advice)


def together(server: Running, names: list[str]) -> None:
    """Expect all models to be asked at the same time: none answers before all have been asked."""
    meeting = Rendezvous(len(names), patience(LONG))
    for name in names:
        answers(server, name, meeting.answer(json_reply(likely(0.2, 0.3, 0.5))))
    reply = server.api.post(ALL, json=FLOWERS, seconds=patience(3 * LONG))
    if meeting.most < len(names):
        advice = "an await in a loop waits for each call before the next: begin all of them, then wait for all"
        got = f"never more than {meeting.most}"
        raise Mismatch(reply.sent, f"{len(names)} models asked at the same time", got, advice)
    reply.expect(200)


def nobody_left(server: Running, names: list[str], answer: Answer) -> None:
    """Expect 502, 503 or 504 where no model can be used."""
    for name in names:
        answers(server, name, answer)
    reply = server.api.post(ALL, json=FLOWERS, seconds=patience(LONG))
    if reply.status not in (502, 503, 504):
        reply.fail("502, 503 or 504, since no model can be used")


def asks_nobody(server: Running, names: list[str], where: str, *texts: str) -> None:
    """Expect bad rows to be refused, and no model to be asked."""
    before = [len(model(server, name).calls) for name in names]
    for text in texts:
        content, headers = f'{{"features": {text}}}', {"Content-Type": "application/json"}
        server.api.post(where, content=content, headers=headers).refuse("features")
    if before != [len(model(server, name).calls) for name in names]:
        raise Mismatch(f"POST {where}, refused with 422", "no model is asked", "one was asked")
