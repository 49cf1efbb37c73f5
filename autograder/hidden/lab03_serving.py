"""The hidden checks of lab03_serving: the contract of the visible ones, with other inputs and another model."""

from __future__ import annotations

import random

from labkit.checks.api import Api, Mismatch, exercise
from labkit.checks.compare import same
from labkit.checks.models import StandIn
from labkit.checks.predictions import Known, expect_calls, expect_refusal, send
from labkit.checks.responsiveness import meanwhile
from labkit.checks.running import Start

MODEL = Known(StandIn(4, seed=374), ["oak", "elm", "ash", "yew"], "3.1.4")
OTHER = Known(StandIn(5, seed=11, seconds=0.3, slow_from=3), ["red", "green", "blue", "white", "black"], "0.9.0")

_dice = random.Random(20)
ROWS = [[round(_dice.uniform(-1.5, 2.5), 2) for _ in range(4)] for _ in range(40)]


@exercise("lifespan")
def test_another_model(start: Start) -> None:
    """Another model has its own version and classes, and keeps its time over many requests."""
    api = start(OTHER.setup).api
    first = api.get("/model").expect(200)
    for _ in range(3):
        api.get("/model").expect(200, first.json)
    wanted = {"version": OTHER.version, "classes": OTHER.classes}
    if not isinstance(first.json, dict) or not same({**first.json, **wanted}, first.json):
        first.fail(f"200 {wanted}")


@exercise("predict")
def test_other_flowers(api: Api) -> None:
    """Other flowers have their own classes."""
    for row in ROWS[:12]:
        MODEL.expect_prediction(api.post("/predict", json={"features": row}), row)


@exercise("predict")
def test_other_model(start: Start) -> None:
    """Another model has other answers and other labels."""
    row = ROWS[0]
    OTHER.expect_prediction(start(OTHER.setup).api.post("/predict", json={"features": row}), row)


@exercise("predict")
def test_other_bodies(api: Api) -> None:
    """Other bodies that are no flower are refused."""
    for features in ("[1, 2, 3, 4, 5, 6]", "[[1, 2, 3, 4]]", "[1, 2, 3, {}]", "[1, 2, 3, 1e999]", "null", "{}"):
        send(api, "/predict", f'{{"features": {features}}}').refuse("features")
    for body in ('"rose"', "[" * 5000, '{"features": [7, 5, 3, 1]'):
        expect_refusal(send(api, "/predict", body))
    expect_refusal(api.post("/predict", content=b"\xff\xfe", headers={"Content-Type": "application/json"}))


@exercise("confidence")
def test_other_confidences(api: Api) -> None:
    """Other flowers have their own probabilities."""
    for row in ROWS[12:20]:
        reply = api.post("/predict", json={"features": row})
        MODEL.expect_confidence(reply, row)
        MODEL.expect_probabilities(reply, row)


@exercise("confidence")
def test_other_names(start: Start) -> None:
    """Another model has other names for its probabilities."""
    OTHER.expect_probabilities(start(OTHER.setup).api.post("/predict", json={"features": ROWS[1]}), ROWS[1])


@exercise("batch")
def test_other_batches(api: Api) -> None:
    """Other batches are answered in their order."""
    for rows in (ROWS, ROWS[5:7], ROWS[::-3]):
        MODEL.expect_batch(api.post("/predict/batch", json={"rows": rows}), rows)


@exercise("batch")
def test_batch_of_other_model(start: Start) -> None:
    """Another model answers a large batch in one call."""
    other, rows = start(OTHER.setup), ROWS * 5
    other.events()
    reply = other.api.post("/predict/batch", json={"rows": rows})
    OTHER.expect_batch(reply, rows)
    expect_calls(reply, other.events(), len(rows))


@exercise("batch")
def test_bad_rows(api: Api) -> None:
    """A bad row is refused wherever it stands, and so is what is no batch."""
    for rows in ("[[1, 2, 3, 4, 5]]", "[[], [1, 2, 3, 4]]", "[[1, 2, 3, 4], [1, Infinity, 3, 4], [1, 2, 3, 4]]", "{}"):
        send(api, "/predict/batch", f'{{"rows": {rows}}}').refuse("rows")
    send(api, "/predict/batch", '{"features": [7, 5, 3, 1]}').refuse("rows")


@exercise("def_or_async")
def test_batches_meanwhile(start: Start) -> None:
    """While 4 batches run, GET /model is answered as well."""
    slow = start(OTHER.setup)
    rows = [*ROWS[:4], [3.5, *ROWS[4][1:]]]
    batches = [lambda: slow.api.post("/predict/batch", json={"rows": rows})] * 4
    found = meanwhile(batches, lambda: slow.api.get("/model"), lambda: "predict" in " ".join(slow.events()))
    served = all(reply.status == 200 for reply in found.slow)  # whatever else is wrong with it belongs to batch
    if served and found.held_up:
        expected = f"an answer in much less than the {found.fastest_slow:.2f} s of a batch"
        raise Mismatch("GET /model while 4 batches run", expected, f"it took {found.mean_quick:.2f} s")
