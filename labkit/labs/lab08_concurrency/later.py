"""What checks hold work that goes on after the answer to: predictions that are saved, and jobs."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.http.body import parse
from labkit.labs.lab08_concurrency.setups import LOG
from labkit.sandbox.patience import patience

SOON = 8.0
"""How long to wait for what is to come soon, in seconds."""
TRIES = 3
STATES = ("queued", "running", "done", "failed")
HARMLESS = ("RuntimeError", "out of memory", "gpu-7", "Traceback", 'File "')


def flower() -> list[float]:
    """Return four measurements that nobody can know beforehand."""
    return [round(random.uniform(0.1, 5.0), 3) for _ in range(4)]


def predicted(reply: Reply, features: list[float]) -> str:
    """Expect a prediction, and return its id."""
    label = "long" if sum(features) > 10 else "short"
    body = reply.expect(200).json
    fine = isinstance(body, dict) and isinstance(body.get("id"), str) and body["id"]
    if not fine or body.get("label") != label:
        reply.fail(f'200 {{"id": a text, "label": "{label}"}}')
    return str(body["id"])


def predict(api: Api, features: list[float]) -> str:
    """Send a flower, and return the id of its prediction."""
    return predicted(api.post("/predictions", json={"features": features}), features)


def lines(server: Running, name: str) -> list[dict[str, Any]]:
    """Return the entries of the log that have this id."""
    entries = [parse(line) for line in server.read(LOG).splitlines()]
    return [entry for entry in entries if isinstance(entry, dict) and entry.get("id") == name]


def is_saved(server: Running) -> None:
    """Expect that a prediction comes to have one line in the log."""
    features = flower()
    name = predict(server.api, features)
    wanted = {"id": name, "features": features, "label": "long" if sum(features) > 10 else "short"}
    _until(lambda: lines(server, name))
    found = lines(server, name)
    if len(found) != 1 or not same(found[0], wanted):
        got = json.dumps(found[0]) if len(found) == 1 else f"{len(found)} lines with this id"
        raise Mismatch(f"POST /predictions, then the log {LOG}", f"soon one line: {json.dumps(wanted)}", got)


def answers_before_it_is_saved(server: Running) -> None:
    """Expect the answer, and that to another request, before the line is in the log; the best of some tries."""
    for _ in range(TRIES):
        name = predict(server.api, flower())
        answered = not lines(server, name)
        server.api.get("/ping").expect(200)
        if answered and not lines(server, name):
            return
        _until(lambda name=name: lines(server, name))
    expected = "both answers before the entry is in the log, which takes a while"
    if not answered:
        advice = "save after the answer: BackgroundTasks does so with a function that you hand over"
        raise Mismatch("POST /predictions", expected, "the answer came when it was saved already", advice)
    advice = "`save` blocks the event loop: a task that is `def` runs in a thread, one that is `async def` does not"
    raise Mismatch("POST /predictions, then GET /ping", expected, "GET /ping waited until it was saved", advice)


def says_whose_save_has_failed(server: Running) -> None:
    """Expect the same answer where saving fails, and a log that has the id and the traceback."""
    name = predict(server.api, flower())

    def said(out: list[str], err: list[str]) -> bool:
        text = "\n".join([*out, *err])
        return name in text and "Traceback" in text

    _until(lambda: said(*server.printed()))
    printed = "\n".join("\n".join(part) for part in server.printed())
    if name not in printed:
        advice = "catch what `save` raises where you know the id: logger.exception(...) writes the traceback, too"
        got = "a traceback without it" if "Traceback" in printed else "neither"
        raise Mismatch(
            "POST /predictions, and `save` raises", f"a log with the id {name} and the traceback", got, advice
        )
    if "Traceback" not in printed:
        got = "the id without a traceback"
        raise Mismatch("POST /predictions, and `save` raises", f"a log with the id {name} and the traceback", got)


def accepted(api: Api, depth: int) -> str:
    """Start a job, and return where to ask for it."""
    reply = api.post("/jobs", json={"depth": depth}).expect(202)
    body = reply.json
    if not isinstance(body, dict) or not isinstance(body.get("id"), str) or body.get("status") not in STATES:
        reply.fail(f'202 {{"id": a text, "status": one of {", ".join(STATES)}}}')
    place = reply.headers.get("Location", "")
    if not place.endswith(f"/jobs/{body['id']}"):
        reply.fail(f"202 with Location: /jobs/{body['id']}", got=f"Location: {place}" if place else "no such header")
    return f"/jobs/{body['id']}"


def asked(api: Api, place: str) -> Reply:
    """Ask how far a job is."""
    reply = api.get(place).expect(200)
    body = reply.json
    if not isinstance(body, dict) or body.get("id") != place.rpartition("/")[2] or body.get("status") not in STATES:
        reply.fail(f'200 {{"id": {place.rpartition("/")[2]}, "status": one of {", ".join(STATES)}}}')
    return reply


def comes_to_its_end(api: Api, place: str, status: str) -> Reply:
    """Wait until a job has ended, and expect that it has done so in this way."""
    over = ("done", "failed")
    _until(lambda: asked(api, place).json["status"] in over)
    reply = asked(api, place)
    if reply.json["status"] not in over:
        advice = (
            "what `train` raises ends the job as well: catch it, and say that it has failed"
            if status == "failed"
            else None
        )
        reply.fail(f'"status": "{status}" in time', advice)
    if reply.json["status"] != status:
        reply.fail(f'"status": "{status}"')
    return reply


def trains(api: Api, depth: int) -> None:
    """Expect the result of a training."""
    reply = comes_to_its_end(api, accepted(api, depth), "done")
    wanted = {"depth": depth, "accuracy": round(1 - 1 / (depth + 1), 3)}
    if not same(reply.json.get("result"), wanted):
        reply.fail(f'"result": {json.dumps(wanted)}, what train has returned')


def fails(api: Api, depth: int) -> None:
    """Expect that a training that raises has failed, and says so without a word of what was raised."""
    reply = comes_to_its_end(api, accepted(api, depth), "failed")
    error = reply.json.get("error")
    if not isinstance(error, str) or not error.strip():
        reply.fail('"error": a sentence')
    if any(word in reply.text for word in HARMLESS):
        advice = "say it in your own words, and write the exception into the log"
        reply.fail('"error": a sentence without anything of the exception', advice)


def answers_while_it_trains(api: Api) -> None:
    """Expect 202, and answers to others, before the training has ended; the best of some tries."""
    for _ in range(TRIES):
        place = accepted(api, 3)
        at_once = asked(api, place).json["status"] in ("queued", "running")
        api.get("/ping").expect(200)
        if at_once and asked(api, place).json["status"] in ("queued", "running"):
            return
        comes_to_its_end(api, place, "done")
    if not at_once:
        advice = "hand `train` to something that goes on without you: a thread, or a background task that is `def`"
        raise Mismatch("POST /jobs", "202 at once, while it trains", "the answer came when the job had ended", advice)
    raise Mismatch("POST /jobs, then GET /ping", "an answer while it trains", "one when the job had ended")


def _until(come: Any) -> None:
    until = time.monotonic() + patience(SOON)
    while not come() and time.monotonic() < until:
        time.sleep(0.05)
