"""The hidden checks of lab08_concurrency: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import pytest

from labkit.checks import tricks
from labkit.checks.api import Mismatch, exercise
from labkit.checks.running import Running, Start, running
from labkit.companions.absent import nobody
from labkit.companions.upstream import HANG_UP, Reply, json_reply
from labkit.labs.lab08_concurrency import features, later, places, pool
from labkit.labs.lab08_concurrency.setups import setup, upstream

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server(request: pytest.FixtureRequest, start: Start) -> Running:
    """The server of an exercise."""
    name = next(mark.args[0] for mark in request.node.iter_markers("exercise"))
    return running(start, setup(name, DEADLINE="1" if name == "deadline" else "20"))


@exercise("client")
def test_one_connection_for_other_features(server: Running) -> None:
    """Calls for other features go over the same connection, too."""
    features.keeps_its_connection(server, 16)


@exercise("gather")
def test_ten_at_the_same_time(server: Running) -> None:
    """Ten features are asked for at the same time."""
    features.together(server, 10)


@exercise("gather")
def test_one_name(server: Running) -> None:
    """A report may have one name."""
    features.report(server, ["solo"], {"features": [features.found(upstream(server), "solo")], "missing": []})


@exercise("gather")
def test_several_are_missing(server: Running) -> None:
    """Several that fail are missing, in the order asked."""
    features.some_fail(server, features.AWAY, None, features.UNKNOWN, None, features.FAILED)


@exercise("deadline")
def test_drip_within_strings(server: Running) -> None:
    """Another answer that is not complete in time is a 504."""
    slow = tricks.dripping(json_reply({"name": "a" * 40, "value": [1, 2, 3]}), 4.0)
    features.in_time(server, slow, "it is not complete within DEADLINE (1 s)", "the deadline is for the whole answer")


@exercise("deadline")
def test_hung_up(server: Running) -> None:
    """An upstream that hangs up is a 502."""
    features.failure(server, HANG_UP, 502, "the upstream hangs up without an answer")


@exercise("deadline")
def test_broken_json(server: Running) -> None:
    """JSON that ends in the middle, and a 503, are a 502."""
    features.failure(server, features.BROKEN_OFF, 502, "the upstream's answer is no JSON")
    features.failure(server, features.AWAY, 502, "the upstream says 503")


@exercise("deadline")
def test_nobody_there(start: Start) -> None:
    """Where nobody listens, the answer is a 502."""
    api = running(start, setup("deadline", nobody)).api
    features.refused(api.get("/features/shoe_size"), 502, "nobody listens at the upstream's address")


@exercise("processes")
def test_other_texts(start: Start) -> None:
    """Other texts have their fingerprint, too."""
    server = running(start, setup("processes"))
    for text in ("é" * 500, " "):
        pool.fingerprint(server, text, 20_000)


@exercise("capacity")
def test_one_too_many(server: Running) -> None:
    """Of seven at the same time one is refused, and afterwards all six places are free."""
    for _ in range(2):
        places.full(server, 7)


@exercise("capacity")
def test_place_after_other_failures(server: Running) -> None:
    """A call whose upstream hangs up, or talks nonsense, leaves its place to others."""
    places.place_is_free_again(server, HANG_UP)
    places.place_is_free_again(server, Reply(200, b"<html>"))


@exercise("background")
def test_ids_differ(server: Running) -> None:
    """The ids of many predictions differ."""
    names = [later.predict(server.api, later.flower()) for _ in range(5)]
    if len(set(names)) < len(names):
        raise Mismatch("5 requests to POST /predictions", "5 ids", ", ".join(names))


@exercise("background")
def test_other_bad_features(server: Running) -> None:
    """Other features are refused."""
    for text in ("[Infinity, 2, 3, 4]", "[]", "[null, 2, 3, 4]", '"1234"', "[[1], 2, 3, 4]"):
        server.api.post("/predictions", content=f'{{"features": {text}}}', headers=JSON).refuse("features")


@exercise("jobs")
def test_several_jobs(server: Running) -> None:
    """Several jobs each come to their own end."""
    depths = (1, 10, 7)
    started = [later.accepted(server.api, depth) for depth in depths]
    if len(set(started)) < len(started):
        raise Mismatch("3 requests to POST /jobs", "3 places", ", ".join(started))
    for place, depth in zip(started, depths, strict=True):
        reply = later.comes_to_its_end(server.api, place, "done")
        if not isinstance(result := reply.json.get("result"), dict) or result.get("depth") != depth:
            reply.fail(f'"result" of depth {depth}')


@exercise("jobs")
def test_another_failure(server: Running) -> None:
    """Another job that fails says so, and the next one is done."""
    later.fails(server.api, 20)
    later.trains(server.api, 9)


@exercise("jobs")
def test_other_depths(server: Running) -> None:
    """Other depths are refused."""
    for text in ("-1", "1e400", "[3]", "{}"):
        server.api.post("/jobs", content=f'{{"depth": {text}}}', headers=JSON).refuse("depth")
