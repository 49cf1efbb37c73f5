"""What checks hold POST /predict to: which rows share a call of the model, and who gets which answer."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from labkit.checks import responsiveness
from labkit.checks.api import Api, Mismatch, Overdue, Reply
from labkit.checks.predictions import NEAR
from labkit.checks.running import Running
from labkit.labs.lab13_scale.setups import BAD, SLOW, TOGETHER
from labkit.sandbox.patience import patience

PATH = "/predict"
APART, FARTHEST, FOLLOWERS = 0.1, 0.4, 50
"""What lies between one request and the next while the first one waits, at most, in seconds; how many come after it."""
LONG = 5.0
ONE_BY_ONE = "each request still has a call of its own: let it put its row into a queue, and one worker call for all"
NEVER = "nobody has handed out the answer: is the future kept with its row, and does the worker still run?"
UNCALLED = (
    "the model was not called. Does a worker run? A resource is entered if it is in `resources`. And a batch that is "
    "not full is called all the same, MAX_WAIT after its first row came"
)
GATHERING = "a batch that is not full is called all the same, MAX_WAIT after its first row came"
ONCE = "the time to wait is set once for each batch, not anew for each row"

Row = list[float]


def drawn(first: float | None = None) -> Row:
    """Return a row that nobody can know beforehand; `first` if it begins with that."""
    row = [round(random.uniform(0.1, 8.0), 3) for _ in range(4)]
    return row if first is None else [first, *row[1:]]


def send(api: Api, row: Row, seconds: float = LONG) -> Reply:
    """Send a row."""
    return api.post(PATH, json={"features": row}, seconds=patience(seconds))


def at_once(server: Running, rows: Sequence[Row]) -> tuple[list[Reply | Overdue], list[int]]:
    """Send rows at the same time; return what came, in their order, and how many rows each call of the model had."""
    server.events()
    barrier, api = Barrier(len(rows)), server.api.plain()

    def one(row: Row) -> Reply | Overdue:
        barrier.wait()
        try:
            return send(api, row)
        except Overdue as problem:
            return problem

    with ThreadPoolExecutor(len(rows)) as pool:
        replies = list(pool.map(one, rows))
    server.api.explain_first(reply for reply in replies if isinstance(reply, Reply))
    return replies, called(server)


def called(server: Running) -> list[int]:
    """Return how many rows each call of the model had since the last look, by the method called most often."""
    found = [event.split() for event in server.events() if event.startswith("predict")]
    most = Counter(method for method, _ in found).most_common(1)
    return [int(rows) for method, rows in found if most and method == most[0][0]]


def answered(replies: Sequence[Reply | Overdue], rows: Sequence[Row], calls: Sequence[int]) -> None:
    """Expect each row's own answer; `calls` are those of the model meanwhile."""
    for reply, row in zip(replies, rows, strict=True):
        if isinstance(reply, Overdue):
            advice = NEVER if calls else UNCALLED
            raise Overdue(f"{len(rows)} requests to POST {PATH} at once", "200 for each", reply.got, advice)
        if reply.status == 200 and not _answers(reply, row):
            others = [other for other in rows if _answers(reply, other)]
            advice = "that is the answer to another row of the same call: keep rows and futures in one order"
            reply.fail("200 with the answer to its own row", advice if others else None)
        TOGETHER.expect_prediction(reply, row)
        TOGETHER.expect_confidence(reply, row)


def _answers(reply: Reply, row: Row) -> bool:
    """Whether this may be the answer to a row: class and confidence are those of the model."""
    found = reply.json.get("confidence") if isinstance(reply.json, dict) else None
    near = isinstance(found, int | float) and abs(found - max(TOGETHER.model.answer(row)[1])) < NEAR
    return near and TOGETHER.answers(reply, row)


def shares(server: Running, count: int, most: int, slow: bool) -> None:
    """Expect requests at the same time to share calls of the model, two of which ask for the same row.

    Args:
        server: the server.
        count: how many requests.
        most: how many calls there may be.
        slow: whether a call takes a while.
    """
    rows = [drawn(SLOW if slow else None) for _ in range(count - count // 4)]
    rows += rows[: count // 4]
    random.shuffle(rows)
    replies, calls = at_once(server, rows)
    answered(replies, rows, calls)
    if len(calls) > most:
        advice = ONE_BY_ONE if max(calls) == 1 else None
        raise Mismatch(
            f"{count} requests to POST {PATH} at once", f"{most} calls of the model at most", _said(calls), advice
        )


def bounded(server: Running, count: int, bound: int, most: int) -> None:
    """Expect calls of so many rows at most, and not many more calls than that takes."""
    rows = [drawn(SLOW) for _ in range(count)]
    replies, calls = at_once(server, rows)
    answered(replies, rows, calls)
    sent = f"{count} requests to POST {PATH} at once, with MAX_BATCH={bound}"
    if max(calls, default=0) > bound:
        raise Mismatch(sent, f"at most {bound} rows in a call", _said(calls), "stop to gather at MAX_BATCH rows")
    if len(calls) >= most:
        raise Mismatch(sent, f"fewer than {most} calls", _said(calls), ONE_BY_ONE if max(calls) == 1 else None)


def _said(calls: Sequence[int]) -> str:
    return f"{len(calls)} calls, with {', '.join(map(str, calls[:12]))} rows"


def first_waits(server: Running) -> None:
    """Expect the first row's answer while others keep coming."""
    api, others = server.api.plain(), list[Future[Reply]]()
    with ThreadPoolExecutor(FOLLOWERS + 1) as pool:  # each keeps a thread, or nobody would come any more
        first = pool.submit(send, api, drawn(), 6 * LONG)
        while not first.done() and len(others) < FOLLOWERS:
            time.sleep(min(patience(APART), FARTHEST))
            others.append(pool.submit(send, api, drawn(), 6 * LONG))
        late = not first.done()
        for one in (first, *others):
            one.exception()
    if late:
        sent = f"POST {PATH}, and others after it, with less than MAX_WAIT between them"
        expected = "the answer to the first, MAX_WAIT after it came"
        raise Mismatch(sent, expected, f"none when {FOLLOWERS} others had come", ONCE)
    first.result().expect(200)


def alone(server: Running) -> None:
    """Expect an answer to a request that stays alone."""
    row = drawn()
    try:
        reply = send(server.api, row)
    except Overdue as problem:
        raise Overdue(problem.sent, "200, though nobody else asks", problem.got, GATHERING) from None
    answered([reply], [row], [1])


def spoiled(server: Running, count: int) -> None:
    """Expect a row that the model fails on to be a 500, and all others of its call to be answered, then and later."""
    rows = [drawn() for _ in range(count)]
    rows[count // 2] = drawn(BAD)
    replies, calls = at_once(server, rows)
    sent = f"{count} requests to POST {PATH} at once, of which the model fails on one"
    for reply, row in zip(replies, rows, strict=True):
        if isinstance(reply, Overdue):
            raise Overdue(sent, "500 for that one, 200 for all others", reply.got, NEVER)
        if row[0] != BAD and reply.status >= 500:
            advice = "if the call raises, try each of its rows alone"
            raise Mismatch(sent, "500 for that one, 200 for all others", f"{reply.status} for another one", advice)
        if row[0] == BAD and reply.status != 500:
            raise Mismatch(sent, "500 for that one", f"{reply.got} for it")
    good = [row for row in rows if row[0] != BAD]
    answered([reply for reply, row in zip(replies, rows, strict=True) if row[0] != BAD], good, calls)
    row = drawn()
    try:
        answered([send(server.api, row)], [row], calls)
    except Overdue as problem:
        advice = "what the model raises has ended the worker: catch it, and go on"
        raise Overdue(problem.sent, "200, after a row that the model fails on", problem.got, advice) from None


def free_meanwhile(server: Running) -> None:
    """Expect GET /health to be answered while the model works."""

    def slow() -> Reply:
        return send(server.api.plain(), drawn(SLOW))

    found = responsiveness.meanwhile([slow], lambda: server.api.plain().get("/health"), lambda: bool(called(server)))
    for reply in found.slow:
        reply.expect(200)
    if found.held_up:
        got = f"GET /health took {found.share:.0%} of the time of a call"
        advice = "classify blocks: run_in_threadpool(classify, rows)"
        raise Mismatch(f"POST {PATH}, and GET /health while the model works", "an answer at once", got, advice)


def refused(server: Running, *texts: str) -> None:
    """Expect bad rows to be refused without a call of the model."""
    server.events()
    headers = {"Content-Type": "application/json"}
    for text in texts:
        server.api.post(PATH, content=f'{{"features": {text}}}', headers=headers).refuse("features")
    if calls := called(server):
        raise Mismatch(f"POST {PATH}, refused with 422", "no call of the model", _said(calls))
