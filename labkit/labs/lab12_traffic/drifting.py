"""What checks hold GET /drift to: which rows count, how they fall into bins, and the number that comes of it."""

from __future__ import annotations

import json
import math
import random
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from labkit.checks.api import Reply
from labkit.checks.running import Running
from labkit.labs.lab12_traffic.setups import MINIMUM, REFERENCE, WINDOW, ask

Reference = dict[str, list[list[float]]]
FLOOR, NEAR, BOUND = 0.001, 1e-4, 0.25
VERDICTS = ("stable", "drifting")
REFUSED = ("NaN", "Infinity", "-Infinity", "1e400", '"a"', "null")
EVERY_ROW = "remember is called for hits, too: count what was asked, not what was computed"
FORGETS = "the window has DRIFT_WINDOW rows: deque(maxlen=...) forgets the oldest"
NO_SHARE = "an empty bin has share 0, and there is no logarithm of 0: take each share as 0.001 if it is less"
OWN_BINS = "the bins are those of the reference: the number of edges that are at most x, bisect_right(edges, x)"
REMEMBER = "remember(features) is called for each row that was answered: it puts the row into rows"
WAITS = "a few rows say nothing: status waiting, and psi null"


def psi(rows: Sequence[Sequence[float]], reference: Reference, floor: float = FLOOR) -> list[float]:
    """Return how far rows are from a reference, feature by feature; without a floor what is empty is left out."""
    columns = zip(zip(*rows, strict=True), reference["edges"], reference["shares"], strict=True)
    return [_psi(*column, floor) for column in columns]


def _psi(values: Sequence[float], edges: Sequence[float], shares: Sequence[float], floor: float) -> float:
    bins = [bisect_right(edges, value) for value in values]
    pairs = [(max(bins.count(number) / len(bins), floor), max(q, floor)) for number, q in enumerate(shares)]
    return sum((p - q) * math.log(p / q) for p, q in pairs if p and q)


def alike(reference: Reference = REFERENCE) -> list[list[float]]:
    """Return a window of rows that fall into the bins as those of the reference do; some lie on an edge."""
    columns = []
    for edges, shares in zip(*reference.values(), strict=True):
        numbers = [number for number, share in enumerate(shares) for _ in range(round(share * WINDOW))]
        values = [_within(edges, number) for number in numbers]
        if last := numbers[-1]:
            values[-1] = edges[last - 1]  # it belongs to the bin above it
        columns.append(random.sample(values, WINDOW))
    return [list(row) for row in zip(*columns, strict=True)]


def shifted(feature: int, place: int, reference: Reference = REFERENCE) -> list[list[float]]:
    """Return the same, but for one feature, which is always in one bin."""
    return [
        [*row[:feature], _within(reference["edges"][feature], place), *row[feature + 1 :]] for row in alike(reference)
    ]


def tilted(*features: tuple[int, int]) -> list[list[float]]:
    """Return rows as those of the reference, but for some features, of which so many are in the last bin."""
    rows = alike()
    for feature, many in features:
        edges = REFERENCE["edges"][feature]
        last = [row for row in rows if bisect_right(edges, row[feature]) == len(edges)]
        others = [row for row in rows if row not in last]
        for row in others[: many - len(last)]:
            row[feature] = _within(edges, len(edges))
    return rows


def _within(edges: Sequence[float], number: int) -> float:
    """Return a number that lies in a bin, and on no edge."""
    low = edges[number - 1] if number else edges[0] - 2
    high = edges[number] if number < len(edges) else edges[-1] + 2
    return round(low + (high - low) * random.uniform(0.2, 0.8), 6)


def waits(server: Running) -> None:
    """Expect no verdict as long as there are few rows, and one when there are enough."""
    rows = alike()
    _expect(server.api.get("/drift"), {"rows": 0, "status": "waiting", "psi": None}, WAITS)
    _send(server, rows[: MINIMUM - 1])
    reply = server.api.get("/drift")
    forgot = reply.status == 200 and isinstance(reply.json, dict) and reply.json.get("rows") == 0
    _expect(reply, {"rows": MINIMUM - 1, "status": "waiting", "psi": None}, REMEMBER if forgot else WAITS)
    _send(server, rows[MINIMUM - 1 : MINIMUM])
    reply = server.api.get("/drift")
    if reply.status != 200 or not isinstance(reply.json, dict) or reply.json.get("status") not in VERDICTS:
        reply.fail(f'200 with "rows": {MINIMUM}, and "status" one of {", ".join(VERDICTS)}', _no_logarithm(reply))
    _send(server, rows[MINIMUM:])
    says(server, rows)


def seen(server: Running, rows: Sequence[list[float]], advice: str | None = None, **more: Any) -> None:
    """Send a whole window, and expect a verdict on it."""
    _send(server, rows)
    says(server, rows, advice, **more)


def says(
    server: Running, rows: Sequence[list[float]], advice: str | None = None, reference: Reference = REFERENCE
) -> None:
    """Expect the verdict on some rows."""
    numbers = psi(rows, reference)
    status = "drifting" if max(numbers) > BOUND else "stable"
    wanted = {"rows": len(rows), "status": status, "psi": [round(number, 4) for number in numbers]}
    reply = server.api.get("/drift")
    body = reply.json if reply.status == 200 and isinstance(reply.json, dict) else {}
    count = body.get("rows")
    if count != len(rows):
        forgets = isinstance(count, int) and count > len(rows)
        noted = REMEMBER if count == 0 else advice
        reply.fail(f"200 {json.dumps(wanted)}", FORGETS if forgets else _no_logarithm(reply) or noted)
    found = body.get("psi")
    if not isinstance(found, list) or len(found) != 4 or not all(map(_near, found, numbers)):
        quiet = isinstance(found, list) and all(isinstance(one, float) and one <= BOUND for one in found)
        unmoved = advice if quiet and status == "drifting" else None
        reply.fail(f"200 {json.dumps(wanted)}", _cause(found, rows, reference) or unmoved)
    if body.get("status") != status:
        reply.fail(f'"status": "{status}", since the largest is {max(numbers):.2f}')


def _no_logarithm(reply: Reply) -> str | None:
    raised = re.search("math domain error|expected a positive input|ZeroDivision", reply.raised or "")
    return NO_SHARE if raised else None


def _cause(found: Any, rows: Sequence[list[float]], reference: Reference) -> str | None:
    """Say what to try where the numbers show what is wrong."""
    full = psi(rows, reference, floor=0.0)
    if isinstance(found, list) and len(found) == 4 and all(map(_near, found, full)):
        return NO_SHARE
    return OWN_BINS if max(psi(rows, reference)) < NEAR else None


def answered_alone(server: Running, failing: Sequence[list[float]]) -> None:
    """Expect rows that were refused, or that the model has failed on, not to count."""
    rows = alike()
    _send(server, rows)
    for place, text in enumerate(REFUSED * 2):
        values = ["1", "2", "3", "4"]
        values[place % 4] = text
        headers = {"X-API-Key": "key-0", "Content-Type": "application/json"}
        body = f'{{"features": [{", ".join(values)}]}}'
        server.api.post("/predict", content=body, headers=headers).refuse("features")
    for row in failing:
        ask(server.api, row)
    says(server, rows, "a row counts when it was answered with 200")


def _send(server: Running, rows: Sequence[list[float]]) -> None:
    for row in rows:
        reply = ask(server.api, row)
        if reply.status != 200:
            reply.fail("200")


def _expect(reply: Reply, wanted: dict[str, Any], advice: str) -> None:
    reply.expect(200, wanted, advice=advice)


def _near(found: Any, wanted: float) -> bool:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return number and math.isclose(found, wanted, abs_tol=NEAR)
