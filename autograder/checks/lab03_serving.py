"""The visible checks of lab03_serving: a student sees each sentence, and what a failing check saw.

They put a model of their own at MODEL_PATH. It tells when it is loaded and called, and nobody can guess its answers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from labkit.checks.api import Api, Mismatch, Reply, exercise
from labkit.checks.compare import same
from labkit.checks.models import StandIn, missing, unreadable
from labkit.checks.predictions import Known, expect_calls, expect_refusal, send
from labkit.checks.responsiveness import meanwhile
from labkit.checks.running import Running, Start

MODEL = Known(StandIn(4, seed=374), ["oak", "elm", "ash", "yew"], "3.1.4")
SLOW = Known(StandIn(5, seed=11, seconds=0.3, slow_from=3), ["red", "green", "blue", "white", "black"], "0.9.0")
SERVER = MODEL.setup

ROWS = [[0.4, 1.3, 0.2, 0.9], [1.1, 0.3, 0.8, 0.1], [0.2, 0.5, 1.9, 0.7], [-0.6, 1.4, 0.3, 0.2]]
LARGE = [[4.4, 5.2, 0.2, 5.6], [0.1, 0.3, 4.9, 3.3], [4.4, 1.3, 4.9, 0.1], [0.1, 5.2, 0.2, 0.1]]
"""Rows for which SLOW is slow, each of another class: an answer that belongs to another request is seen."""
AWAIT = "is there an `await` in front of `run_in_threadpool`, and one in front of `ask`?"
KEEP = "keep what the lifespan has loaded in app.state.saved, where get_model() finds it"


@pytest.fixture
def server(start: Start) -> Running:
    """The server that `api` asks, with what its model tells."""
    return start(SERVER)


@exercise("lifespan")
def test_model(api: Api) -> None:
    """GET /model tells the version, the classes and when the model was loaded."""
    reply = api.get("/model")
    wanted = {"version": MODEL.version, "classes": MODEL.classes}
    found = reply.json if isinstance(reply.json, dict) else {}
    if reply.status == 200 and same({**found, **wanted}, found) and isinstance(found.get("loaded_at"), str):
        return
    copied = found.get("version") == "1.0.0" or "setosa" in str(found.get("classes"))
    advice = "version and classes are in what was saved: the check has put a model of its own there" if copied else None
    reply.fail(f'200 {json.dumps(wanted)[:-1]}, "loaded_at": a time}}', advice)


@exercise("lifespan")
def test_loaded_at_the_start(server: Running) -> None:
    """The model is loaded once, when the app starts, and not when the module is imported."""
    told = server.events()
    if "started" not in told:  # somebody else has heard it
        return
    before = told[: told.index("started")]
    times, at_import = before.count("load"), "load" in before[: before.index("imported")]
    if times != 1 or at_import:
        got = "it is loaded when the module is imported" if at_import else f"it is loaded {times} times"
        advice = "load it in the lifespan, above the yield" if at_import or not times else None
        raise Mismatch("the app starts", "the model is loaded once, before the first request", got, advice)


@exercise("lifespan")
def test_no_request_loads(server: Running) -> None:
    """No request loads the model again."""
    server.events()
    for _ in range(2):
        server.api.post("/predict", json={"features": ROWS[0]})
        reply = server.api.get("/model")
    if "load" in server.events():
        reply.fail("the model that was loaded at the start", KEEP, got="it was loaded again, by a request")


@exercise("lifespan")
def test_time(api: Api) -> None:
    """The time is ISO 8601 with a zone, and the same on every call."""
    reply = api.get("/model")
    said, moment = _loaded_at(reply)
    if moment is None or moment.tzinfo is None:
        advice = "datetime.now(UTC) has a zone, datetime.now() has none" if moment else None
        reply.fail("loaded_at in ISO 8601 with a zone, as 2030-01-31T12:00:00+00:00", advice, got=f"loaded_at {said}")
    if abs(datetime.now(UTC) - moment) > timedelta(minutes=10):
        reply.fail("loaded_at the time when the app has started", got=f"loaded_at {said}")
    again, _ = _loaded_at(api.get("/model"))
    if again != said:
        advice = "take the time once, in the lifespan"
        reply.fail(f"loaded_at {said}, as on the call before", advice, got=f"loaded_at {again}")


@exercise("lifespan")
def test_restart(api: Api, start: Start) -> None:
    """After a restart the time is a new one."""
    before, _ = _loaded_at(api.get("/model"))
    reply = start(SLOW.setup).api.get("/model").expect(200)
    after, _ = _loaded_at(reply)
    if after in (None, before):
        reply.fail("another loaded_at than before the restart", got=f"loaded_at {after}")


@exercise("lifespan")
def test_missing_model(start: Start) -> None:
    """Without a file at MODEL_PATH the app does not start, and says which path it tried."""
    _does_not_start(start(missing("no_such.joblib", output=True)), "no_such.joblib", "where no file is")


@exercise("lifespan")
def test_unreadable_model(start: Start) -> None:
    """With a file at MODEL_PATH that is no model the app does not start, and says which path it tried."""
    _does_not_start(start(unreadable(output=True)), "model.joblib", "where a file is no model")


@exercise("predict")
def test_prediction(api: Api) -> None:
    """POST /predict answers with the class, its label and the model's version."""
    for row in ROWS:
        MODEL.expect_prediction(api.post("/predict", json={"features": row}), row)


@exercise("predict")
def test_called_once(server: Running) -> None:
    """One request calls a method of the model once."""
    server.events()
    reply = server.api.post("/predict", json={"features": ROWS[0]}).expect(200)
    expect_calls(reply, server.events(), 1)


@exercise("predict")
def test_lengths(api: Api) -> None:
    """Features are four: other lengths are refused."""
    for features in ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0], []):
        reply = api.post("/predict", json={"features": features})
        reply.refuse("features", advice=None if reply.status == 422 else "give the list its length, from 4 to 4")


@exercise("predict")
def test_no_numbers(api: Api) -> None:
    """Features that are no numbers, no list, or not there, are refused."""
    for body in ({"features": [1, 2, "tall", 4]}, {"features": [1, None, 3, 4]}, {"features": "tall"}, {"rows": [1]}):
        api.post("/predict", json=body).refuse("features")


@exercise("predict")
def test_not_finite(api: Api) -> None:
    """NaN and Infinity are refused."""
    for value in ("NaN", "Infinity", "-Infinity"):
        reply = send(api, "/predict", f'{{"features": [1, 2, {value}, 4]}}')
        reply.refuse("features", advice=None if reply.status == 422 else "FiniteFloat is a float that is finite")


@exercise("predict")
def test_no_flower(api: Api) -> None:
    """A body that is no JSON object is refused."""
    for body in ("", "{", "[1, 2, 3, 4]", "null"):
        expect_refusal(send(api, "/predict", body))


@exercise("confidence")
def test_confidence(api: Api) -> None:
    """The confidence is the highest probability of a class."""
    for row in ROWS:
        MODEL.expect_confidence(api.post("/predict", json={"features": row}), row)


@exercise("confidence")
def test_probabilities(api: Api) -> None:
    """Each class has its probability, by its name, and together they are 1."""
    for row in ROWS:
        MODEL.expect_probabilities(api.post("/predict", json={"features": row}), row)


@exercise("confidence")
def test_as_before(api: Api) -> None:
    """Class, label and version are answered as before."""
    MODEL.expect_prediction(api.post("/predict", json={"features": ROWS[1]}), ROWS[1])


@exercise("batch")
def test_batch(api: Api) -> None:
    """A batch is answered with a prediction for each row, in the order of the rows."""
    for rows in (ROWS, ROWS[::-1], ROWS[:1], [ROWS[1], ROWS[1], ROWS[0]]):
        MODEL.expect_batch(api.post("/predict/batch", json={"rows": rows}), rows)


@exercise("batch")
def test_as_single(api: Api) -> None:
    """A prediction of a batch says what /predict says of its row."""
    batch = api.post("/predict/batch", json={"rows": ROWS[:1]})
    MODEL.expect_batch(batch, ROWS[:1])
    single = api.post("/predict", json={"features": ROWS[0]})
    if single.status != 200 or not isinstance(single.json, dict):  # that belongs to predict
        return
    (found,) = batch.json["predictions"]
    if found.keys() != single.json.keys():
        batch.fail(f"predictions with the keys {', '.join(single.json)}", got=", ".join(found))


@exercise("batch")
def test_one_call(server: Running) -> None:
    """A whole batch is one call of the model."""
    server.events()
    reply = server.api.post("/predict/batch", json={"rows": ROWS * 3}).expect(200)
    expect_calls(reply, server.events(), 3 * len(ROWS))


@exercise("batch")
def test_sizes(api: Api) -> None:
    """A batch has from 1 to 1000 rows."""
    rows = [[index % 7, 1.5, index % 3, 0.5] for index in range(1001)]
    MODEL.expect_batch(api.post("/predict/batch", json={"rows": rows[:1000]}), rows[:1000])
    for wrong in ([], rows):
        reply = api.post("/predict/batch", json={"rows": wrong})
        reply.refuse("rows", advice=None if reply.status == 422 else "give the list its length, from 1 to 1000")


@exercise("batch")
def test_bad_row(api: Api) -> None:
    """One bad row is enough to refuse the batch."""
    for bad in ("[1, 2, 3]", '[1, 2, 3, "tall"]', "[1, 2, 3, NaN]", "null"):
        send(api, "/predict/batch", f'{{"rows": [[1, 2, 3, 4], {bad}]}}').refuse("rows")


@exercise("def_or_async")
def test_meanwhile(start: Start) -> None:
    """While 4 predictions of a slow model run, GET /model is answered in much less time than one of them takes."""
    slow = start(SLOW.setup)
    predictions = [lambda row=row: slow.api.post("/predict", json={"features": row}) for row in LARGE]
    slow.events()
    alone = predictions[0]()
    if "predict" not in " ".join(slow.events()):
        alone.fail("200, after the model was asked", AWAIT if "'coroutine' object" in str(alone.raised) else None)
    found = meanwhile(predictions, lambda: slow.api.get("/model"), lambda: "predict" in " ".join(slow.events()))
    if found.held_up:
        for reply in found.slow:  # an error that comes late is an error first
            reply.expect(200)
        advice = "find the async def that calls the model: it stops everything else until the model has answered"
        expected = f"an answer in much less than the {found.fastest_slow:.2f} s of a prediction"
        raise Mismatch("GET /model while 4 predictions run", expected, f"it took {found.mean_quick:.2f} s", advice)
    if not same(found.slow[0].json, alone.json):
        found.slow[0].fail(f"{alone.got}, as if it were sent alone")
    if SLOW.answers(alone, LARGE[0]):  # what is wrong with a prediction that is sent alone belongs to predict
        for reply, row in zip(found.slow, LARGE, strict=True):
            if not SLOW.answers(reply, row):
                reply.fail(f"200 {json.dumps(SLOW.prediction(row))}, as if it were sent alone")


def _loaded_at(reply: Reply) -> tuple[str | None, datetime | None]:
    """Return when the model was loaded, as it was said and as a time, where it is one."""
    said = reply.json.get("loaded_at") if isinstance(reply.json, dict) else None
    try:
        return said, datetime.fromisoformat(str(said))
    except ValueError:
        return said, None


def _does_not_start(running: Running, name: str, where: str) -> None:
    """Expect that the app did not start, and that it has named the file, in what it raised or printed."""
    request, expected = f"the app starts with a MODEL_PATH {where}", "it does not start, and names the path"
    if not running.problem:
        advice = "let the lifespan raise: an app that serves without its model cannot do its work"
        raise Mismatch(request, expected, "it starts", advice)
    if name not in running.problem and name not in str(running.printed(lambda *lines: name in str(lines))):
        raise Mismatch(request, expected, running.problem, "put MODEL_PATH into the text of what you raise")
