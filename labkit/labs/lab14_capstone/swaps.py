"""What checks hold a change of models to: what is served, what is refused, what goes on, and what a restart finds."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from labkit.checks.api import Api, Ask, Mismatch, Reply
from labkit.checks.predictions import Known
from labkit.checks.responsiveness import answered_before
from labkit.checks.running import Running, Start, running
from labkit.labs.lab14_capstone.setups import (
    ADMIN,
    BRISK,
    FIRST,
    SECOND,
    WADING,
    ask,
    choose,
    flower,
    key,
    right,
    sharing,
)
from labkit.sandbox.setup import Setup
from labkit.sandbox.shared import Folder

INCOMPLETE = ("raising", "no-labels", "no-model")
WAIT, TRIES, MEANWHILE = 30.0, 3, 3
TRIED = "a model that loads may still be the wrong one: hold what it says of its examples against their labels"
SNAPSHOT = "take `served = active()` once, at the start of the call: version, classes and label come from it"
THREAD = "load in a thread: await run_in_threadpool(...)"
KEPT = "write the name into STATE_PATH before you answer, and look there when the app starts"


def served(api: Api, name: str, of: Known) -> None:
    """Expect a model that was asked for to be served, from its answer on."""
    swapped(choose(api, name, seconds=WAIT), of)
    for version in (2, 2):
        row = flower()
        right(ask(api, row, version=version), row, of)
    _is(api, of)


def unknown(api: Api, now: Known) -> None:
    """Expect a name that is no bundle, or no name, to be refused, and the old model to go on."""
    for name in ("nowhere", "UPPER", "../model", "a" * 41, "", "se cond", 7, None, "second.joblib"):
        reply = choose(api, name)
        if name == "nowhere":
            reply.expect(404)
        elif reply.status not in (404, 422):
            reply.fail("404 or 422", "a name has 1 to 40 of a-z 0-9 -, and nothing else")
    _goes_on(api, now)


def refused(api: Api, names: Sequence[str], now: Known) -> None:
    """Expect a bundle that is no good to be refused, and the old model to go on."""
    for name in names:
        reply = choose(api, name, seconds=WAIT)
        if reply.status != 422:
            reply.fail(f"422, since the bundle {name} is no good", TRIED if reply.status == 200 else None)
        _goes_on(api, now)


def meanwhile(server: Running, of: Known = WADING) -> None:
    """Expect predictions to go on while a bundle loads; a busy machine may need another look."""
    for _ in range(TRIES):
        if (answered := _while_loading(server, of)) >= MEANWHILE:
            return
        swapped(choose(server.api, "second", seconds=WAIT), SECOND)
    sent, got = "predictions while a bundle loads for 2.5 s", f"{answered} answers before it was loaded"
    raise Mismatch(sent, "answers", got, THREAD)


def _while_loading(server: Running, of: Known) -> int:
    """Return how many predictions are answered while a bundle loads; MEANWHILE of them are enough."""
    api = server.api
    loading: Ask = ("PUT", "/admin/model", {"json": {"name": "wading"}, "headers": {"X-API-Key": key(ADMIN)}})
    answered, reply = answered_before(api, loading, lambda: ask(api, flower(), seconds=WAIT), MEANWHILE, WAIT)
    swapped(reply, of)
    return answered


def never_mixed(server: Running, swaps: int = 6) -> None:
    """Expect each answer to be one model's, while models change to and fro."""
    over, wrong = threading.Event(), list[AssertionError]()

    def one(_: int) -> None:
        while not over.is_set() and not wrong:
            row = flower()
            try:
                _whole(ask(server.api.plain(), row, seconds=WAIT), row)
            except AssertionError as problem:
                wrong.append(problem)

    swapped(choose(server.api, "brisk0", seconds=WAIT), BRISK[0])
    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(one, number) for number in range(4)]
        try:
            for number in range(1, swaps + 1):
                now = BRISK[number % len(BRISK)]
                swapped(choose(server.api.plain(), f"brisk{number % len(BRISK)}", seconds=WAIT), now)
                row = flower()
                right(ask(server.api.plain(), row, seconds=WAIT), row, now)
        finally:
            over.set()
        for ended in asking:
            ended.result()
    if wrong:
        raise wrong[0]


def survives(start: Start, folder: Folder, name: str, of: Known, wanted: Setup | None = None) -> None:
    """Expect the choice to survive a restart."""
    before = running(start, sharing(folder, wanted=wanted))
    swapped(choose(before.api, name, seconds=WAIT), of)
    before.signal(signal.SIGTERM)
    before.gone(WAIT)
    after = running(start, sharing(folder, wanted=wanted), fresh=True)
    row = flower()
    reply = ask(after.api, row)
    if not of.answers(reply, row):
        reply.fail(f"after a restart, the answer of {of.version}, which was chosen", KEPT)


def forgets(start: Start, folder: Folder, wanted: Setup) -> None:
    """Expect MODEL_PATH's model where STATE_PATH cannot be read, or names a bundle that is gone."""
    server = running(start, sharing(folder, wanted=wanted))
    row = flower()
    right(ask(server.api, row), row, FIRST)


def becomes_ready(api: Api, name: str, of: Known) -> None:
    """Expect a service without a model to be made ready by one."""
    api.get("/readiness").expect(503)
    served(api, name, of)
    api.get("/readiness").expect(200)


def swapped(reply: Reply, of: Known) -> None:
    """Expect a model to be taken."""
    reply.expect(200, {"version": of.version})


def _goes_on(api: Api, now: Known) -> None:
    row = flower()
    right(ask(api, row), row, now)
    _is(api, now)


def _is(api: Api, of: Known) -> None:
    api.get("/admin/model", headers={"X-API-Key": key(ADMIN)}).expect(200, {"version": of.version})


def _whole(reply: Reply, row: Sequence[float]) -> None:
    document = reply.json if isinstance(reply.json, dict) else {}
    named = [one for one in BRISK if one.version == document.get("model_version")]
    if reply.status == 200 and not (named and named[0].answers(reply, row)):
        reply.fail(f"the answer of the version it names, {document.get('model_version')}", SNAPSHOT)
    right(reply, row, *BRISK)
