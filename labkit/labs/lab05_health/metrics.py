"""Metrics: what a server counts, as Prometheus reads it."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab05_health.log_lines import cause
from labkit.labs.lab05_health.times import until

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
Counts = Counter[tuple[str, str, str]]
"""How many requests, by method, route and status."""

TEXT = "answer with a Response: a text that is returned is made JSON"
TEMPLATE = 'request.scope["route"] is the route that was taken, its path is the template'
ITSELF = "the timed function calls itself by its name: it has to call the one that was given"
UNTIMED = "predict calls classify by this name: let the name mean the timed function"
MEMORY = "each path that anybody tries becomes a number that is kept: use one fixed word for all"


def samples(api: Api) -> Samples:
    """Expect GET /metrics to be in Prometheus' text format, or in OpenMetrics', and return each number."""
    reply = api.get("/metrics").expect(200)
    of_openmetrics = "openmetrics" in reply.headers.get("content-type", "")
    parse: Any = (openmetrics if of_openmetrics else parser).text_string_to_metric_families
    try:
        families = list(parse(reply.text))
    except Exception as problem:  # noqa: BLE001 (the parsers raise whatever Python raises on the way)
        got = f"{type(problem).__name__} in: {reply.text}"
        reply.fail("Prometheus text", TEXT if reply.text.startswith('"') else None, got)
    found = {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}
    for (name, _), value in found.items():
        if name == "http_requests_total" and not math.isfinite(value):
            reply.fail("a number of requests", got=f"{name} {value}")
    return found


def labelled(api: Api) -> None:
    """Expect http_requests_total to be there, with its three labels."""
    api.get("/models/iris")
    labels = [dict(labels) for name, labels in samples(api) if name == "http_requests_total"]
    if not labels:
        raise Mismatch("GET /metrics", "http_requests_total", "nothing of that name")
    if {"method", "route", "status"} - labels[0].keys():
        got = f"the labels {', '.join(sorted(labels[0])) or 'none'}"
        raise Mismatch("GET /metrics", "http_requests_total with the labels method, route, status", got)


def counts(api: Api, method: str, path: str, route: str, status: str, times: int = 3) -> None:
    """Expect requests to be counted under their method, template (`route` is a pattern) and status."""

    def right(found: Counts) -> int:
        return sum(n for (m, r, s), n in found.items() if m == method and s == status and re.fullmatch(route, r))

    found = _grown(api, [(method, path)] * times, lambda found: right(found) >= times)
    if right(found) != times:
        raw = any(path.partition("?")[0] == key[1] for key in found)
        wanted = f'{times} more with method="{method}", status="{status}" and the template as route'
        raise Mismatch(f"{method} {path}, {times} times", wanted, _said(found), TEMPLATE if raw else None)


def one_word_for_unknown(api: Api, *paths: str) -> None:
    """Expect unknown paths to be counted under the same route, which is none of them."""

    def missed(found: Counts) -> Counts:
        return Counter({key: n for key, n in found.items() if key[2] == "404"})

    requests = [("GET", path) for path in paths]
    found = missed(_grown(api, requests, lambda found: missed(found).total() >= len(paths)))
    words = {key[1] for key in found}
    if len(words) != 1 or any(path in word for path in paths for word in words):
        advice = MEMORY if len(words) > 1 else cause(api.get(paths[0]))
        raise Mismatch(f"GET {' and '.join(paths)}", "one fixed word as the route of both", _said(found), advice)


def predictions(api: Api) -> tuple[float, float]:
    """Expect a histogram prediction_seconds; return how many predictions it has, and their seconds together."""
    page = samples(api)
    names = sorted({name for name, _ in page if name.startswith("prediction")})
    if lacking := [end for end in ("bucket", "sum", "count") if f"prediction_seconds_{end}" not in names]:
        got = f"only {', '.join(names)}" if names else "nothing of that name"
        advice = "a Histogram has buckets, a Summary has none" if lacking == ["bucket"] else None
        raise Mismatch("GET /metrics", "a histogram prediction_seconds", got, advice)
    count, total = (
        sum(value for (name, _), value in page.items() if name == f"prediction_seconds_{end}")
        for end in ("count", "sum")
    )
    return count, total


def counts_predictions(running: Running, times: int, least: float, **prediction: Any) -> None:
    """Expect predictions to be counted, with the seconds that they took.

    One goes before those that are looked at: a histogram with a label is not on the page before its first value.
    """
    api = running.api

    def predict() -> None:
        reply = api.post("/predict", **prediction)
        reply.expect(200, advice=ITSELF if reply.status == 500 and _endless(running, reply) else None)

    earlier = _made(api)
    predict()
    until(lambda: _made(api), lambda made: made > earlier, 1)
    count, total = predictions(api)
    began = time.perf_counter()
    for _ in range(times):
        predict()
    most = time.perf_counter() - began + 0.01
    seen, seconds = until(lambda: predictions(api), lambda now: now[0] >= count + times, 1)
    sent = f"POST /predict, {times} times"
    if seen - count != times:
        advice = None if seen > count else UNTIMED
        raise Mismatch(sent, f"prediction_seconds_count {times} higher", f"{seen - count:g} higher", advice)
    if not 0.8 * least * times < seconds - total < most:
        advice = "these are milliseconds" if 0.8 * least * times < (seconds - total) / 1000 < most else None
        wanted = f"prediction_seconds_sum higher by {least * times:g} to {most:.3f}"
        raise Mismatch(sent, wanted, f"higher by {seconds - total:g}", advice)


def _made(api: Api) -> float:
    """How many predictions were counted so far."""
    return sum(value for (name, _), value in samples(api).items() if name == "prediction_seconds_count")


def _counts(api: Api) -> Counts:
    found: Counts = Counter()
    for (name, labels), value in samples(api).items():
        if name == "http_requests_total":
            given = dict(labels)
            found[given.get("method", ""), given.get("route", ""), given.get("status", "")] += int(value)
    return found


def _grown(api: Api, requests: list[tuple[str, str]], enough: Callable[[Counts], bool]) -> Counts:
    """Send requests; return by how much http_requests_total grew, for each method, route and status.

    A request may be counted after its answer has been read: it is looked at for a while. Looking is counted as well.
    """
    before = _counts(api)
    for method, path in requests:
        api.request(method, path)
    return until(lambda: _counts(api) - before, enough, 1)


def _endless(running: Running, reply: Reply) -> bool:
    """Whether a function has called itself without end: middleware may have caught that, and logged it."""
    name = "RecursionError"
    return name in str(reply.raised) or name in str(running.printed(lambda out, err: name in str(err))[1])


def _said(found: Counts) -> str:
    said = [f'{count} more with method="{m}", route="{r}", status="{s}"' for (m, r, s), count in found.items()]
    return "; ".join(said) or "none more"
