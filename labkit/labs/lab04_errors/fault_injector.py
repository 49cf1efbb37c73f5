"""The fault injector: everything that can go wrong with a request, and twice with the model, sent to a module.

Each cell says what should come back, `404 problem` for a 404 that is a problem document, and what did.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.models import StandIn, missing, served
from labkit.checks.predictions import FLOWER, IRIS
from labkit.checks.problem_details import PROBLEM
from labkit.checks.running import Start
from labkit.pictures import StatusGrid
from labkit.sandbox.setup import Setup

GOOD = json.dumps(FLOWER)
READ, ADD, PREDICT, DIVIDE = "GET /models/{id}", "POST /models", "POST /predict", "GET /fragile"
RAISING = served(StandIn(raises="the model raises"), IRIS)

UNREADABLE = ["400 problem", "422 problem"]
"""What a body that cannot be read may be answered with."""

Ask = Callable[[Api], Reply]


@dataclass(frozen=True)
class Came:
    """What came back, in the words of the grid: the status, and the form of an error."""

    status_code: str
    text: str


def grid(api: Api, start: Start) -> StatusGrid:
    """Return the grid, not fired yet.

    Args:
        api: a client of the live server.
        start: starts the module where there is no model, and with a model that raises.
    """
    grid = StatusGrid("Fault injector")
    for row, column, expected, ask in _requests():
        grid.add(row, column, expected, partial(_came, ask, lambda: api))
    if os.name == "posix":  # elsewhere a module cannot be started a second time
        for row, setup, expected in (("no model", missing(), "503 problem"), ("model raises", RAISING, "500 problem")):
            grid.add(row, PREDICT, expected, partial(_came, _predict(GOOD), partial(_other, start, setup)))
    return grid


def _requests() -> list[tuple[str, str, str | list[str], Ask]]:
    new = f"fault-{uuid4().hex[:12]}"
    return [
        ("all is well", READ, "200", _get("/models/iris")),
        ("all is well", ADD, "201", _add(f'{{"id": "{new}", "description": "new"}}')),
        ("all is well", PREDICT, "200", _predict(GOOD)),
        ("all is well", DIVIDE, "200", _get("/fragile?divide_by=4")),
        ("unknown", READ, "404 problem", _get("/models/nowhere")),
        ("taken", ADD, "409 problem", _add('{"id": "iris", "description": "mine"}')),
        ("other path", READ, "404 problem", _get("/modells/iris")),
        ("other path", PREDICT, "404 problem", _get("/predict/now")),
        *(("other method", *rest) for rest in _other_methods()),
        ("nothing", ADD, "422 problem", _add("")),
        ("nothing", PREDICT, "422 problem", _predict("", whole=True)),
        ("nothing", DIVIDE, "422 problem", _get("/fragile")),
        ("other type", ADD, "422 problem", _add('{"id": 7, "description": "a number"}')),
        ("other type", PREDICT, "422 problem", _predict('["seven", 3.5, 1.4, 0.2]')),
        ("other type", DIVIDE, "422 problem", _get("/fragile?divide_by=seven")),
        ("too short", ADD, "422 problem", _add('{"id": "x", "description": "one letter"}')),
        ("too short", PREDICT, "422 problem", _predict("[5.1, 3.5]")),
        ("NaN", PREDICT, "422 problem", _predict("[5.1, NaN, 1.4, 0.2]")),
        ("half a JSON", ADD, UNREADABLE, _add('{"id": "ha')),
        ("half a JSON", PREDICT, UNREADABLE, _predict('{"features": [5.1', whole=True)),
        ("no UTF-8", ADD, UNREADABLE, _add(b'{"id": "\xff\xfe"}')),
        ("no UTF-8", PREDICT, UNREADABLE, _predict(b'{"features": "\xff"}', whole=True)),
        ("5,000 digits", PREDICT, UNREADABLE, _predict(f"[{'9' * 5000}, 1, 2, 3]")),
        ("5,000 digits", DIVIDE, "422 problem", _get(f"/fragile?divide_by={'9' * 5000}")),
        ("zero", DIVIDE, "500 problem", _get("/fragile?divide_by=0")),
    ]


def _other_methods() -> list[tuple[str, str, Ask]]:
    paths = {READ: "/models/iris", ADD: "/models", PREDICT: "/predict", DIVIDE: "/fragile"}
    return [(column, "405 problem", _send("DELETE", path)) for column, path in paths.items()]


def _get(path: str) -> Ask:
    return _send("GET", path)


def _add(body: str | bytes) -> Ask:
    return _send("POST", "/models", content=body, headers={"Content-Type": "application/json"})


def _predict(features: str | bytes, whole: bool = False) -> Ask:
    body = features if whole else f'{{"features": {features!s}}}'
    return _send("POST", "/predict", content=body, headers={"Content-Type": "application/json"})


def _send(method: str, path: str, **options: Any) -> Ask:
    return lambda api: api.request(method, path, **options)


def _other(start: Start, setup: Setup) -> Api:
    """Start the module in another way, and return a client of it.

    Raises:
        Mismatch: it does not start.
    """
    running = start(setup)
    if running.problem:
        raise Mismatch("start the app", "the app starts", running.problem)
    return running.api


def _came(ask: Ask, api: Callable[[], Api]) -> Came:
    """Send a request, and say what came back."""
    try:
        reply = ask(api())
    except Mismatch as problem:
        return Came("no answer", str(problem))
    if reply.status < 400:
        return Came(str(reply.status), reply.text)
    kind = reply.headers.get("content-type", "").partition(";")[0]
    words = {PROBLEM: "problem", "application/json": "JSON", "text/plain": "text"}
    return Came(f"{reply.status} {words.get(kind.lower(), kind)}", reply.text)
