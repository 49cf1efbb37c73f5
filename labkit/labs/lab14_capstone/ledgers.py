"""What checks hold the books to: a line for each request, counters that are exact, an audit that loses nothing."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Sequence
from typing import Any

from labkit.checks.api import WIDTH, Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.http.body import parse
from labkit.labs.lab14_capstone.models import BREAK
from labkit.labs.lab14_capstone.setups import ADMIN, FIRST, PLAIN, PREDICT, ask, flower, key, together, wait_for
from labkit.sandbox.shared import Folder

AUDIT = "audit"
BUFFER = "a buffer is lost when the process ends: write each line before you answer, or empty it behind the `yield`"
ENDPOINT = "what never reaches the endpoint is in no book that is kept there: a middleware sees every answer"
ANSWERED = "a line is written when there is an answer: after the model has spoken, not before"
FIELDS = ("method", "route", "status", "duration_ms", "request_id", "client")


def _mixed(api: Api, ids: str) -> dict[str, tuple[Reply, str | None]]:
    """Send one request of each kind, and return what came of it, and whose it was, by its id."""
    kinds: list[tuple[str, str | None]] = [("good", PLAIN), ("bad", PLAIN), ("raises", ADMIN), ("lost", None)]
    found: dict[str, tuple[Reply, str | None]] = {}
    for kind, client in kinds:
        name = f"{ids}-{kind}"
        headers = {"X-Request-ID": name}
        if kind == "lost":
            reply = api.get("/nowhere", headers=headers)
        else:
            row: Any = flower(BREAK) if kind == "raises" else flower() if kind == "good" else ["x"]
            reply = ask(api, row, client or "", headers=headers)
        found[name] = (reply, client)
    return found


def lines(server: Running, ids: str) -> None:
    """Expect one JSON line on stdout for each request, refusals and 500 included, that says whose it was."""
    sent = _mixed(server.api, ids)
    for name, (reply, client) in sent.items():
        found = _logged(server, name)
        said = f"the lines on stdout for {reply.sent}"
        if len(found) != 1:
            advice = ENDPOINT if reply.status >= 400 and not found else None
            raise Mismatch(said, "one line of JSON with its request_id", f"{len(found)} lines", advice)
        if missing := [field for field in FIELDS if field not in found[0]]:
            raise Mismatch(said, f"the fields {', '.join(FIELDS)}", f"none called {', '.join(missing)}")
        wanted = {"status": reply.status, "client": client}
        got = {field: found[0][field] for field in wanted}
        if got != wanted:
            raise Mismatch(said, json.dumps(wanted), json.dumps(got))


def no_key(server: Running) -> None:
    """Expect no key anywhere in what is printed."""
    keys = [key(ADMIN), key(PLAIN), "never-a-key-of-anybody"]
    for one in keys:
        server.api.post("/v2/predict", json={"features": flower()}, headers={"X-API-Key": one})
        server.api.post("/v2/predict", json={"features": flower(BREAK)}, headers={"X-API-Key": one})
    out, err = server.printed(lambda out, err: len(out) > 2)
    for one in keys:
        if any(one in line for line in (*out, *err)):
            raise Mismatch("what is printed", "no key, anywhere", f"the key {one[:6]}...", "log names, not headers")


def counted(server: Running, rounds: int = 3) -> None:
    """Expect both counters to be exactly what was answered, with 12 at a time."""
    before = _metrics(server.api)
    kinds = (lambda: flower(), lambda: flower(BREAK), lambda: ["x"], lambda: flower())
    sent: list[Any] = [kinds[number % 4]() for number in range(12 * rounds)]
    sent += sent[::4]  # where there is a cache, hits
    replies = together(len(sent), lambda number: ask(server.api.plain(), sent[number], seconds=30.0), at_once=12)
    answered = Counter(str(reply.status) for reply in replies)

    def grown() -> Counter[tuple[str, ...]]:
        now = Counter(_metrics(server.api))
        now.subtract(before)
        return now

    def differs() -> str:
        now = grown()
        for status, count in answered.items():
            total = sum(n for k, n in now.items() if k[:2] == ("http_requests_total", "POST") and k[3] == status)
            if total != count:
                return f"http_requests_total with status {status} has grown by {total:g}, for {count} answers"
        total = sum(n for k, n in now.items() if k[0] == "http_requests_total" and k[2] == PREDICT)
        if total != len(replies):
            return f"http_requests_total with route {PREDICT} has grown by {total:g}, for {len(replies)} requests"
        total = now["predictions_total", FIRST.version]
        if total != answered["200"]:
            return f"predictions_total has grown by {total:g}, for {answered['200']} answers"
        return ""

    wait_for(lambda: not differs(), 8.0)
    if problem := differs():
        raise Mismatch(f"GET /metrics after {len(replies)} predictions, 12 at a time", "exactly these", problem)


def audited(servers: Sequence[Running], folder: Folder, ids: str) -> None:
    """Expect one line in the audit for each prediction that was answered 200, by whichever process, and no other."""
    kinds = (lambda: flower(), lambda: flower(BREAK), lambda: ["x"], lambda: flower())
    sent = {f"{ids}-{number}": kinds[number % 4]() for number in range(24)}
    names = list(sent)

    def one(number: int) -> Reply:
        server, name = servers[number % len(servers)], names[number]
        return ask(server.api.plain(), sent[name], PLAIN, headers={"X-Request-ID": name}, seconds=30.0)

    replies = dict(zip(names, together(len(names), one), strict=True))
    for server in servers:
        server.signal(signal.SIGTERM)
    for server in servers:
        server.gone(30.0)
    found = Counter(str(entry.get("request_id")) for entry in entries(folder))
    said = f"the audit after {len(names)} predictions, when the process had ended"
    for name, reply in replies.items():
        if found[name] != (reply.status == 200):
            wanted = f"{int(reply.status == 200)} line for the request {name}, which was answered {reply.status}"
            advice = ANSWERED if found[name] and reply.status != 200 else BUFFER if not found[name] else None
            raise Mismatch(said, wanted, f"{found[name]} lines", advice)
    for entry in entries(folder):
        if (name := str(entry.get("request_id"))) in replies:
            _entry(entry, replies[name], sent[name], said)


def entries(folder: Folder) -> list[dict[str, Any]]:
    """Return what stands in the audit.

    Raises:
        Mismatch: a line is no JSON object.
    """
    found = []
    for line in folder.read(AUDIT).splitlines():
        if not isinstance(entry := parse(line), dict):
            advice = "one write for a line: two processes may share the file"
            raise Mismatch("the audit", "a JSON object in each line", line[:80], advice)
        found.append(entry)
    return found


def _entry(entry: dict[str, Any], reply: Reply, row: Any, said: str) -> None:
    told = reply.fields
    if not told.keys() >= {"model_version", "label"}:
        reply.fail("model_version and label, as they stand in the audit")
    wanted = {"client": PLAIN, "features": row, "model_version": told["model_version"], "label": told["label"]}
    got = {name: entry.get(name) for name in wanted}
    if got != wanted:
        name = next(name for name in wanted if got[name] != wanted[name])
        raise Mismatch(said, f'"{name}": {json.dumps(wanted[name])}', f'"{name}": {json.dumps(got[name])}')


def _logged(server: Running, name: str) -> list[dict[str, Any]]:
    """Return the lines of JSON on stdout that name a request."""

    def mine(out: list[str]) -> list[dict[str, Any]]:
        found = []
        for line in out:
            entry = parse(line) if name in line else None
            if isinstance(entry, dict) and entry.get("request_id") == name:
                found.append(entry)
        return found

    return mine(server.printed(lambda out, err: bool(mine(out)))[0])


def _metrics(api: Api) -> dict[tuple[str, ...], float]:
    """Return the samples of both counters, by their name and their labels."""
    reply = api.get("/metrics").expect(200)
    found: dict[tuple[str, ...], float] = {}
    for line in reply.text.splitlines():
        sample = re.fullmatch(r"(http_requests_total|predictions_total)\{(.*)\} (\S+)", line)
        if not sample:
            continue
        labels = dict(re.findall(r'(\w+)="([^"]*)"', sample[2]))
        names = ("method", "route", "status") if sample[1].startswith("http") else ("model_version",)
        try:
            found[sample[1], *(labels.get(name, "") for name in names)] = float(sample[3])
        except ValueError:
            reply.fail("a number at the end of each sample", got=line[:WIDTH])
    return found
