"""What checks hold the app in Flask to: the contract of lab 03, for which FastAPI did so much."""

from __future__ import annotations

import re

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab13_scale.batches import Row
from labkit.labs.lab13_scale.setups import NOTING

PATH = "/predict"
JSON = {"Content-Type": "application/json"}
YOURS = "nothing is checked unless you do it: Pydantic works without FastAPI, Flower.model_validate(body)"
NOTHING_GIVEN = "Flask gives a view what stands in its path, and no body: that is request.get_json()"
FINITE = "NaN and Infinity are numbers to Python: FiniteFloat refuses them"
_UNCHECKED = re.compile(r"(Key|Type|Value|Index|Attribute)Error: ")


def predicts(server: Running, rows: list[Row]) -> None:
    """Expect the model's answers."""
    for row in rows:
        reply = server.api.post(PATH, json={"features": row})
        if reply.raised and re.match(r"TypeError: \w+\(\) missing \d+ required positional", reply.raised):
            reply.fail("200", NOTHING_GIVEN)
        NOTING.expect_prediction(reply, row)
        NOTING.expect_confidence(reply, row)
        NOTING.expect_probabilities(reply, row)


def send(server: Running, body: str, kind: dict[str, str] = JSON) -> Reply:
    """Send a body as it is."""
    return server.api.post(PATH, content=body.encode(), headers=kind)


def refuses(server: Running, bodies: list[str]) -> None:
    """Expect 422 naming the features."""
    for body in bodies:
        reply = send(server, body)
        unchecked = reply.status >= 500 and _UNCHECKED.match(reply.raised or "TypeError: ")
        finite = FINITE if ("N" in body or "Inf" in body) and (reply.status == 200 or unchecked) else None
        reply.refuse("features", advice=finite or (YOURS if unchecked else None))


def no_object(server: Running, bodies: list[str], kind: dict[str, str] = JSON) -> None:
    """Expect a 4xx where there is no JSON object."""
    for body in bodies:
        reply = send(server, body, kind)
        if not 400 <= reply.status < 500:
            reply.fail("a 4xx, since that is no JSON object", "get_json returns whatever the JSON says, also a list")


def loads_once(server: Running, rows: list[Row]) -> None:
    """Expect the model to be loaded once, and each request to call it once."""
    predicts(server, rows[:1])
    before = _diary(server)
    predicts(server, rows)
    after = _diary(server)
    sent = f"{len(rows)} requests to POST {PATH}"
    if (loads := sum(line == "load" for line in after)) != 1:
        raise Mismatch(
            sent, "the model is loaded once", f"{loads} times", "load it at the top of the file, not in the view"
        )
    calls = [line for line in after[len(before) :] if line.startswith("predict")]
    most = max(
        (sum(line.split()[0] == name for line in calls) for name in {line.split()[0] for line in calls}), default=0
    )
    if most != len(rows):
        raise Mismatch(sent, f"{len(rows)} calls of the model", f"{most} calls")


def _diary(server: Running) -> list[str]:
    return server.read("diary").splitlines()
