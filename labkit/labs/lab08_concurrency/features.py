"""What checks hold GET /features/{name} and GET /report to: what becomes of the upstream's answers, on time or not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from labkit.checks import tricks
from labkit.checks.api import Mismatch, Overdue, Reply
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.companions.upstream import HANG_UP, Answer, Upstream, json_reply
from labkit.companions.upstream import Reply as Sent
from labkit.labs.lab08_concurrency.setups import upstream
from labkit.sandbox.patience import patience

SECRET = "replica-7 of feature-db is out of memory"
"""What the upstream says where it fails, and nobody else may."""
TRIES = 4
IN_TIME = 4.5
"""How long an answer may take where the deadline is 1 s, in seconds."""
FEW = 5
"""How many connections may be made where two are expected: one that was idle for 5 s is made anew."""


def named(count: int) -> list[str]:
    """Return names of features that nobody can know beforehand."""
    letters = "abcdefghijklmnopqrstuvwxyz_"
    return ["".join(random.choices(letters, k=random.randint(4, 12))) for _ in range(count)]


def found(upstream: Upstream, name: str) -> dict[str, Any]:
    """Let the upstream know a feature, and return what it answers."""
    feature = {"name": name, "value": random.randint(1, 10**6)}
    upstream.answers[f"/features/{name}"] = json_reply(feature)
    return feature


RAW = "/raw"
"""Where a feature is passed on by what is given, however the exercises behind `client` stand."""


def passes_on(server: Running, name: str, at: str = "/features") -> None:
    """Expect the upstream's answer."""
    feature = found(upstream(server), name)
    server.api.get(f"{at}/{name}").expect(200, feature)


def keeps_its_connection(server: Running, calls: int) -> None:
    """Expect one call after the other over the same connection."""
    asked = upstream(server)
    before = asked.connections
    for name in named(calls):
        passes_on(server, name, RAW)
    if (made := asked.connections - before) > FEW:
        advice = "make one client when the app starts, and ask with that one" if made >= calls else None
        expected = "one connection, or two, that serves all of them"
        raise Mismatch(f"{calls} requests to GET {RAW}/..., one after the other", expected, f"{made}", advice)


def free_meanwhile(server: Running) -> None:
    """Expect others to be answered while the upstream has not answered yet."""
    name, hold, asked = named(1)[0], tricks.Hold(), upstream(server)
    path, feature = f"/features/{name}", found(asked, name)
    asked.answers[path] = hold.answer(json_reply(feature))
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(server.api.plain().get, f"{RAW}/{name}", seconds=patience(3 * tricks.LONG))
        try:
            asked.wait(lambda: bool(asked.inside(path)) or slow.done(), patience(tricks.LONG))
            server.api.plain().get("/ping").expect(200)
        except Overdue as problem:
            sent, advice = "GET /ping, while the upstream is asked", "ask with an httpx.AsyncClient, and await it"
            raise Overdue(sent, "an answer at once", problem.got, advice) from None
        finally:
            hold.over = True
    server.api.explain(slow.result()).expect(200, feature)


def report(server: Running, names: Sequence[str], expected: Any, advice: str | None = None) -> Reply:
    """Ask for a report, and expect features and missing names in the order asked."""
    reply = _report(server, names)
    if "unhashable type: 'list'" in (reply.raised or ""):
        advice = "gather takes the calls one by one, and no list of them: a star spreads it, gather(*calls)"
    if reply.status != 200 or not isinstance(reply.json, dict):
        reply.expect(200, expected, advice=advice)
    features = reply.json.get("features")
    swapped = isinstance(features, list) and not same(features, expected["features"])
    if swapped and {str(one) for one in features} == {str(one) for one in expected["features"]}:
        advice = "the order is that of the names, not that of the answers: gather keeps it, as_completed does not"
    return reply.expect(200, expected, advice=advice)


def _report(server: Running, names: Sequence[str]) -> Reply:
    return server.api.get("/report?" + "&".join(f"names={name}" for name in names), seconds=10.0)


def together(server: Running, count: int) -> None:
    """Expect all calls of a report to be at the upstream at the same time: none is answered before all are there."""
    asked, names = upstream(server), named(count)
    meeting = tricks.Rendezvous(count, patience(tricks.LONG))
    features = [found(asked, name) for name in names]
    for feature in features:
        asked.answers[f"/features/{feature['name']}"] = meeting.answer(json_reply(feature))
    reply = _report(server, names)
    if meeting.most < count:
        advice = None
        if meeting.most == 1 and reply.status == 200:
            advice = "an await in a loop waits for each call before the next: begin all of them, then wait for all"
        expected = f"{count} calls at the upstream at the same time"
        raise Mismatch(reply.sent, expected, f"never more than {meeting.most}", advice)
    reply.expect(200, {"features": features, "missing": []})


def out_of_order(server: Running) -> None:
    """Expect the order asked, though the first is the last to be answered."""
    asked, names = upstream(server), named(3)
    features = [found(asked, name) for name in names]
    first, *others = (f"/features/{name}" for name in names)
    asked.answers[first] = tricks.after(asked, others, json_reply(features[0]))
    report(server, names, {"features": features, "missing": []})


def some_fail(server: Running, *answers: Answer | None) -> None:
    """Expect the calls that fail to be missing, and all others to be answered, some of them later than the failures."""
    asked, names = upstream(server), named(len(answers))
    features = {name: found(asked, name) for name in names}
    missing = [name for name, answer in zip(names, answers, strict=True) if answer]
    failing = [f"/features/{name}" for name in missing]
    for name, answer in zip(names, answers, strict=True):
        late = tricks.after(asked, failing, json_reply(features[name]))
        asked.answers[f"/features/{name}"] = answer or late
    wanted = {"features": [features[name] for name in names if name not in missing], "missing": missing}
    reply, advice = _report(server, names), None
    if "HTTPStatusError" in (reply.raised or ""):
        advice = (
            "a call that fails raises: take what is raised as one of the results, gather(..., return_exceptions=True)"
        )
    elif reply.status >= 500 and "not iterable" in (reply.raised or ""):
        advice = "among the results an exception stands for each call that has failed: only its name goes into missing"
    report(server, names, wanted, advice)


def failure(server: Running, answer: Sent, status: int, what: str) -> None:
    """Expect a status for what the upstream did, and nothing of its words."""
    name = named(1)[0]
    upstream(server).answers[f"/features/{name}"] = answer
    refused(server.api.get(f"/features/{name}"), status, what)


def refused(reply: Reply, status: int, what: str) -> None:
    """Expect a failure to be told by a status, without a word of the upstream's or of an exception."""
    if reply.status != status:
        reply.fail(f"{status}, since {what}")
    told = [word for word in (SECRET, "127.0.0.1", "Traceback") if word in reply.text]
    if told:
        advice = "say in your own words what went wrong: the text of an exception names addresses, and more"
        reply.fail(f"{status}, with nothing of the upstream's error", advice)


def in_time(server: Running, answer: Answer, what: str, advice: str) -> None:
    """Expect 504 where the whole answer is not there within the deadline, whatever has come of it; the best of some."""
    for left in reversed(range(TRIES)):
        name = named(1)[0]
        upstream(server).answers[f"/features/{name}"] = answer
        try:
            reply = server.api.get(f"/features/{name}", seconds=IN_TIME)
        except Overdue as problem:
            if left:
                continue
            raise Mismatch(problem.sent, f"504 in time, since {what}", problem.got, advice) from None
        if reply.status == 504 or not left:
            break
    refused_late(reply, what, advice)


def refused_late(reply: Reply, what: str, advice: str) -> None:
    """Expect 504."""
    if reply.status == 200:
        reply.fail(f"504 in time, since {what}", advice)
    refused(reply, 504, what)


def waits(server: Running, seconds: float) -> None:
    """Expect an answer that takes a while, but less than the deadline, to be passed on."""
    name = named(1)[0]
    feature = found(upstream(server), name)
    upstream(server).answers[f"/features/{name}"] = tricks.late(json_reply(feature), seconds)
    reply = server.api.get(f"/features/{name}", seconds=12.0)
    if reply.status in (502, 504):
        reply.fail(f"200, since an answer after {seconds:g} s is in time", "the deadline is DEADLINE, and no number")
    reply.expect(200, feature)


GARBAGE = Sent(200, f"<html>{SECRET}</html>".encode(), "text/html")
BROKEN_OFF = Sent(200, f'{{"name": "{SECRET}", "val'.encode())
FAILED = json_reply({"detail": SECRET}, 500)
AWAY = json_reply({"detail": SECRET}, 503)
UNKNOWN = json_reply({"detail": f"unknown, {SECRET}"}, 404)
HUNG_UP = HANG_UP
