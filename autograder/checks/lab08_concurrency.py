"""The visible checks of lab08_concurrency: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import pytest

from labkit.checks import tricks
from labkit.checks.api import exercise
from labkit.checks.running import Running, Start, running
from labkit.companions.upstream import json_reply
from labkit.labs.lab08_concurrency import features, later, places, pool
from labkit.labs.lab08_concurrency.setups import setup, uvicorn

LONGEST = 60.0  # processes start, and import the module: on a busy machine that takes a while
SERVER = setup("client")
HASHING = uvicorn("processes", ROUNDS="250000")
SAVING = uvicorn("background", SAVING="1.5")
SLOW_JOBS = setup("jobs", TRAINING="1.5")

LATE = json_reply({"name": "late", "value": 1})
SILENCE = "the deadline is DEADLINE: `async with asyncio.timeout(DEADLINE):` around all that has to be done by then"
DRIP = (
    "a timeout of the client is about silence: `async with asyncio.timeout(DEADLINE):` around all of it is a deadline"
)


@pytest.fixture
def server(request: pytest.FixtureRequest, start: Start) -> Running:
    """The server of an exercise."""
    name = next(mark.args[0] for mark in request.node.iter_markers("exercise"))
    return running(start, setup(name, DEADLINE="1" if name == "deadline" else "20"))


@exercise("client")
def test_one_connection(server: Running) -> None:
    """Twenty calls, one after the other, use the same connection."""
    features.keeps_its_connection(server, 20)


@exercise("client")
def test_feature(server: Running) -> None:
    """GET /raw/{name} passes on the upstream's answer."""
    features.passes_on(server, "age", features.RAW)


@exercise("client")
def test_free_meanwhile(server: Running) -> None:
    """GET /ping is answered while the upstream is asked."""
    features.free_meanwhile(server)


@exercise("gather")
def test_report(server: Running) -> None:
    """GET /report answers with the features in the order asked, also if the first comes last."""
    features.out_of_order(server)


@exercise("gather")
def test_at_the_same_time(server: Running) -> None:
    """All features of a report are asked for at the same time."""
    features.together(server, 4)


@exercise("gather")
def test_missing(server: Running) -> None:
    """One that the upstream does not know is missing, and harms no other."""
    features.some_fail(server, None, features.UNKNOWN, None)


@exercise("gather")
def test_failing(server: Running) -> None:
    """One that fails with a 500 is missing, and harms no other."""
    features.some_fail(server, features.FAILED, None, None)


@exercise("gather")
def test_names(server: Running) -> None:
    """A report has 1 to 10 names."""
    server.api.get("/report").refuse("names")
    server.api.get("/report?" + "&".join(f"names={letter}" for letter in "abcdefghijk")).refuse("names")
    server.api.get("/report?names=a&names=B-2").refuse("names")


@exercise("deadline")
def test_on_time(server: Running) -> None:
    """An answer on time is passed on."""
    features.passes_on(server, "height")


@exercise("deadline")
def test_silence(server: Running) -> None:
    """An upstream that says nothing in time is a 504."""
    features.in_time(server, tricks.late(LATE, 3.0), "no answer has come within DEADLINE (1 s)", SILENCE)


@exercise("deadline")
def test_dripping(server: Running) -> None:
    """An answer that comes byte by byte, and is not complete in time, is a 504."""
    features.in_time(server, tricks.dripping(LATE, 3.0), "it is not complete within DEADLINE (1 s)", DRIP)


@exercise("deadline")
def test_value_of_the_deadline(start: Start) -> None:
    """The deadline is the value of DEADLINE: an answer after 2 s is on time where that is 12."""
    features.waits(running(start, setup("deadline", DEADLINE="12")), 2.0)


@exercise("deadline")
def test_unknown_feature(server: Running) -> None:
    """A feature that the upstream does not know is a 404."""
    features.failure(server, features.UNKNOWN, 404, "the upstream says 404")


@exercise("deadline")
def test_failing_upstream(server: Running) -> None:
    """An upstream that fails is a 502, and nothing of its words is passed on."""
    features.failure(server, features.FAILED, 502, "the upstream says 500")


@exercise("deadline")
def test_garbage(server: Running) -> None:
    """An upstream that answers with something that is no JSON is a 502."""
    features.failure(server, features.GARBAGE, 502, "the upstream's answer is no JSON")


@exercise("processes")
def test_fingerprint(start: Start) -> None:
    """POST /fingerprint is computed by a process that is not the server's."""
    pool.fingerprint(running(start, HASHING), "a text", 250_000)


@exercise("processes")
def test_two_processes(start: Start) -> None:
    """Two processes compute, the same two as long as the app runs."""
    pool.two_processes(running(start, HASHING))


@exercise("processes")
def test_others_are_answered(start: Start) -> None:
    """GET /ping is answered while a fingerprint is computed."""
    pool.answers_meanwhile(running(start, HASHING))


@exercise("processes")
def test_nothing_is_left(start: Start) -> None:
    """When the server was told to end, and has ended, no process is left."""
    pool.nothing_is_left(running(start, HASHING))


@exercise("capacity")
def test_generate(server: Running) -> None:
    """POST /generate passes on the upstream's text."""
    places.generates(server)


@exercise("capacity")
def test_full(server: Running) -> None:
    """Of nine at the same time, two are at the upstream, four wait, and three are refused at once: 503."""
    places.full(server, 9)


@exercise("capacity")
def test_place_after_failure(server: Running) -> None:
    """A call that fails leaves its place to others."""
    places.place_is_free_again(server, json_reply({"detail": "out of tokens"}, 500))


@exercise("background")
def test_prediction(server: Running) -> None:
    """POST /predictions answers with an id, another each time, and the label."""
    names = [later.predict(server.api, row) for row in ([1, 2, 3, 3.5], [1, 2, 3, 4.5])]
    if len(set(names)) < 2:
        server.api.post("/predictions", json={"features": [1, 2, 3, 4]}).fail("another id each time")


@exercise("background")
def test_saved(start: Start) -> None:
    """A prediction comes to have one line in the log."""
    later.is_saved(running(start, SAVING))


@exercise("background")
def test_before_saved(start: Start) -> None:
    """The answer comes before the prediction is saved, and others are answered meanwhile."""
    later.answers_before_it_is_saved(running(start, SAVING))


@exercise("background")
def test_failed_save(start: Start) -> None:
    """If saving fails, the answer is the same, and the log says whose it was, with the traceback."""
    broken = setup("background", PREDICTION_LOG="{folder}/no_such_folder/predictions.jsonl")
    later.says_whose_save_has_failed(running(start, broken))


@exercise("background")
def test_bad_features(server: Running) -> None:
    """Anything but four finite numbers is refused."""
    for text in ("[1, 2, 3]", "[1, 2, 3, 4, 5]", "[1, 2, 3, NaN]", "[1, 2, 3, -Infinity]", '["a", 2, 3, 4]'):
        server.api.post("/predictions", content=f'{{"features": {text}}}', headers=JSON).refuse("features")


@exercise("jobs")
def test_accepted(server: Running) -> None:
    """POST /jobs answers 202, with the place where to ask for the job."""
    later.asked(server.api, later.accepted(server.api, 2))


@exercise("jobs")
def test_others_are_answered_while_it_trains(start: Start) -> None:
    """The answer comes at once, and others are answered while the job runs."""
    later.answers_while_it_trains(running(start, SLOW_JOBS).api)


@exercise("jobs")
def test_done(server: Running) -> None:
    """A job comes to be done, with the result of the training."""
    later.trains(server.api, 4)


@exercise("jobs")
def test_failed(server: Running) -> None:
    """A job that fails says so, and nothing of the exception."""
    later.fails(server.api, 11)


@exercise("jobs")
def test_unknown_job(server: Running) -> None:
    """A job that nobody has started is a 404."""
    server.api.get("/jobs/no-such-job").expect(404)


@exercise("jobs")
def test_bad_depth(server: Running) -> None:
    """A depth that is no whole number from 1 to 20 is refused."""
    for text in ("0", "21", "NaN", "Infinity", "-Infinity", "2.5", '"deep"', "null"):
        server.api.post("/jobs", content=f'{{"depth": {text}}}', headers=JSON).refuse("depth")


JSON = {"Content-Type": "application/json"}
