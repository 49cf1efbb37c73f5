"""The visible checks of lab13_scale: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import pytest

from labkit.checks.api import exercise
from labkit.checks.running import Running, Start
from labkit.checks.tricks import Hold, dripping
from labkit.companions.nginx import CLIENT
from labkit.companions.upstream import Reply, json_reply
from labkit.labs.lab13_scale import batches, behind, breakers, replicas, wsgi
from labkit.labs.lab13_scale.behind import DEADLINE, SECRET, likely
from labkit.labs.lab13_scale.setups import WEARY, balancer, batching, door, flask, gateway, running

LONGEST = 90.0  # servers start, and some of what is asked waits for a cool-down or a deadline
SERVER = batching(1000, 0.3)
THREE = ["ash", "birch", "cedar"]
FIVE = [*THREE, "elm", "fir"]


@pytest.fixture
def batcher(start: Start) -> Running:
    """The server that gathers rows for a while."""
    return running(start, SERVER)


@pytest.fixture
def hurried(start: Start) -> Running:
    """The server whose calls have few rows."""
    return running(start, batching(5, 0.02))


@pytest.fixture
def patient(start: Start) -> Running:
    """The gateway whose models may take their time."""
    return running(start, gateway())


@pytest.fixture
def strict(start: Start) -> Running:
    """The gateway to five models, none of which may take more than a second."""
    return running(start, gateway(5, seconds=1.0))


@pytest.fixture
def guarded(start: Start) -> Running:
    """The gateway whose breakers open after three failures, and stay open for long."""
    return running(start, gateway(5, seconds=2.5, failures=3))


@exercise("microbatch")
def test_shared_calls(batcher: Running) -> None:
    """24 requests at the same time take 8 calls of the model at most, and each gets the answer to its own row."""
    batches.shares(batcher, 24, 8, slow=True)


@exercise("microbatch")
def test_alone(batcher: Running) -> None:
    """A request that stays alone is answered: nobody waits until the batch is full."""
    batches.alone(batcher)


@exercise("microbatch")
def test_bound(hurried: Running) -> None:
    """A call has at most MAX_BATCH rows."""
    batches.bounded(hurried, 22, 5, 16)


@exercise("microbatch")
def test_first_row_waits_once(start: Start) -> None:
    """The first row waits at most MAX_WAIT, also while others keep coming."""
    batches.first_waits(running(start, batching(1000, 1.0)))


@exercise("microbatch")
def test_bad_row(batcher: Running) -> None:
    """A row that the model fails on is a 500; the other rows of its call are answered, and so are later ones."""
    batches.spoiled(batcher, 6)


@exercise("microbatch")
def test_health_meanwhile(start: Start) -> None:
    """GET /health is answered while the model works."""
    batches.free_meanwhile(running(start, batching(5, 0.02, WEARY)))


@exercise("microbatch")
def test_refused(batcher: Running) -> None:
    """Anything but four finite numbers is a 422, and never reaches the model."""
    batches.refused(batcher, "[1, 2, 3]", "[1, 2, 3, NaN]", "[Infinity, 2, 3, 4]", '["a", 2, 3, 4]')


@exercise("upstream")
def test_deadline(strict: Running) -> None:
    """An answer that comes byte by byte, and is not complete within UPSTREAM_TIMEOUT, is a 504."""
    slow = dripping(json_reply(likely()), 4.0)
    behind.failure(strict, "ash", slow, 504, "it is not complete within UPSTREAM_TIMEOUT (1 s)", DEADLINE)


@exercise("upstream")
def test_one_connection(patient: Running) -> None:
    """Twelve requests, one after the other, use the same connection to the model, and get its answers."""
    behind.keeps_its_connection(patient, "ash", 12)


@exercise("upstream")
def test_silence(strict: Running) -> None:
    """A model that says nothing in time is a 504."""
    silent = Hold().answer(json_reply(likely()))
    behind.failure(strict, "birch", silent, 504, "no answer has come within UPSTREAM_TIMEOUT (1 s)")


@exercise("upstream")
def test_status(patient: Running) -> None:
    """A model that answers 500 is a 502, though its body looks like an answer; it is asked once."""
    advice = "httpx raises nothing for a status: look at it, or call raise_for_status()"
    behind.failure(patient, "birch", json_reply({**likely(), "note": SECRET}, 500), 502, "the model says 500", advice)


@exercise("upstream")
def test_no_json(patient: Running) -> None:
    """A model whose answer is no JSON, or no object, is a 502."""
    behind.failure(patient, "cedar", Reply(200, f"<p>{SECRET}".encode(), "text/html"), 502, "the answer is no JSON")
    behind.failure(patient, "cedar", json_reply([likely()]), 502, "the answer is a list")


@exercise("upstream")
def test_others_go_on(patient: Running) -> None:
    """While one model says nothing, other requests are answered; the deadline is UPSTREAM_TIMEOUT and no number."""
    behind.others_go_on(patient, "ash", "birch")


@exercise("upstream")
def test_unknown_model(patient: Running) -> None:
    """A name that nobody knows is a 404, bad features are a 422, and no model is asked."""
    patient.api.post(behind.path("willow"), json=behind.FLOWERS).expect(404)
    behind.asks_nobody(patient, THREE, behind.path("ash"), "[1, 2, 3, -Infinity]", "[1, 2, 3]")


@exercise("aggregate")
def test_mean(patient: Running) -> None:
    """POST /aggregate-predict answers with the mean over all models, its best class, and whom it has used."""
    behind.mean_of(patient, THREE, {})


@exercise("aggregate")
def test_at_the_same_time(patient: Running) -> None:
    """All models are asked at the same time."""
    behind.together(patient, THREE)


@exercise("aggregate")
def test_failing_model(patient: Running) -> None:
    """A model that fails is missing, and the mean is that of the others."""
    behind.mean_of(patient, THREE, {"birch": json_reply(likely(), 500)})


@exercise("aggregate")
def test_unusable_answer(patient: Running) -> None:
    """A model is missing if its probabilities are none: not there, no object, or a number above 1."""
    for wrong in (None, [0.2, 0.3, 0.5], {"setosa": 0.5, "versicolor": 0.5, "virginica": 1.5}):
        behind.mean_of(patient, THREE, {"cedar": json_reply({**likely(), "probabilities": wrong})})


@exercise("aggregate")
def test_slow_model(strict: Running) -> None:
    """A model that is too slow is missing."""
    behind.mean_of(strict, FIVE, {"elm": Hold().answer(json_reply(likely()))})


@exercise("aggregate")
def test_nobody_left(patient: Running) -> None:
    """Where no model can be used, that is a 502, a 503 or a 504."""
    behind.nobody_left(patient, THREE, json_reply({"detail": "no"}, 500))


@exercise("aggregate")
def test_refused_flower(patient: Running) -> None:
    """Anything but four finite numbers is a 422, and no model is asked."""
    behind.asks_nobody(patient, THREE, behind.ALL, "[1, 2, 3]", "[NaN, 2, 3, 4]", "[1, 2, 3, Infinity]")


@exercise("breaker")
def test_opens(guarded: Running) -> None:
    """After BREAKER_FAILURES failures in a row the model is asked no more: 503 with Retry-After."""
    breakers.fails(guarded, "ash", 3)
    breakers.open_for(guarded, "ash", 30)


@exercise("breaker")
def test_in_a_row(guarded: Running) -> None:
    """An answer sets the count back to 0."""
    breakers.counts_in_a_row(guarded, "birch", 3)


@exercise("breaker")
def test_each_its_own(guarded: Running) -> None:
    """Each model has a breaker of its own."""
    breakers.others_are_asked(guarded, "cedar", "elm", 3)


@exercise("breaker")
def test_too_late(guarded: Running) -> None:
    """An answer that does not come in time counts as well."""
    breakers.too_late_counts(guarded, "fir", 3)


@exercise("breaker")
def test_recovers(start: Start) -> None:
    """After BREAKER_COOLDOWN seconds a request is let through, and its answer closes the breaker."""
    breakers.recovers(running(start, gateway(4, failures=2, cooldown=1.0)), "ash", 2, 1.0)


@exercise("breaker")
def test_opens_again(start: Start) -> None:
    """If that request fails, it is open for another BREAKER_COOLDOWN."""
    breakers.opens_again(running(start, gateway(4, failures=2, cooldown=1.0)), ("birch", "cedar", "elm"), 2, 1.0)


@exercise("balance")
def test_api(start: Start) -> None:
    """The upstream api gives each replica a fair share, whoever asks."""
    replicas.shares(running(start, balancer()))


@exercise("balance")
def test_sticky(start: Start) -> None:
    """The upstream sticky sends a session to the same replica each time, and spreads sessions over all."""
    replicas.sticks(running(start, balancer()))


@exercise("balance")
def test_gone(start: Start) -> None:
    """When a replica is gone, no client sees an error, and its sessions move."""
    replicas.survives(running(start, balancer(), fresh=True), "REPLICA_2")


@exercise("proxy")
def test_ways(start: Start) -> None:
    """/session/... goes to sticky, everything else to api, with path and query as they came."""
    found = running(start, door())
    replicas.goes_as_it_is(found, "REPLICA_1", "/models/caf%C3%A9/predict?a=1%202&b=x")
    replicas.goes_as_it_is(found, "REPLICA_2", "/session/abc/predict?n=%2F1")
    replicas.goes_as_it_is(found, "REPLICA_1", "/")


@exercise("proxy")
def test_host(start: Start) -> None:
    """The replica gets Host as the client has sent it."""
    for target, name in (("/predict", "REPLICA_1"), ("/session/a", "REPLICA_2")):
        replicas.keeps_headers(
            running(start, door()),
            target,
            name,
            {"Host": "iris.example:8443"},
            "Host: iris.example, with or without its port",
            lambda headers: headers.get("host") in ("iris.example", "iris.example:8443"),
        )


@exercise("proxy")
def test_forwarded(start: Start) -> None:
    """X-Forwarded-For ends with the client's address, X-Forwarded-Proto is what it spoke, whatever it claims."""
    forged = {"X-Forwarded-For": replicas.FORGED, "X-Forwarded-Proto": "https"}
    for target, name in (("/predict", "REPLICA_1"), ("/session/a", "REPLICA_2")):
        found = running(start, door())
        replicas.keeps_headers(
            found,
            target,
            name,
            forged,
            f"X-Forwarded-For that ends with {CLIENT}",
            replicas.last_is_the_client,
        )
        replicas.keeps_headers(
            found,
            target,
            name,
            forged,
            "X-Forwarded-Proto: http",
            lambda headers: headers.get("x-forwarded-proto") == "http",
        )


@exercise("proxy")
def test_other_headers(start: Start) -> None:
    """The client's other headers arrive."""
    sent = {"Authorization": "Bearer of-good-news", "X-Request-ID": "walrus-17"}
    replicas.keeps_headers(
        running(start, door()),
        "/predict",
        "REPLICA_1",
        sent,
        "Authorization and X-Request-ID as they were sent",
        lambda headers: all(headers.get(name.lower()) == value for name, value in sent.items()),
        None,
    )


@exercise("proxy")
def test_websocket(start: Start) -> None:
    """A WebSocket under /ws/ works."""
    replicas.talks(running(start, door()), "/ws/echo")


@exercise("proxy")
def test_bodies(start: Start) -> None:
    """A body of 10 MB passes, a larger one is a 413 that no replica sees."""
    replicas.body_passes(running(start, door()), 10_000_000)
    replicas.body_is_too_large(running(start, door()), 12_500_000)


@exercise("flask")
def test_prediction(start: Start) -> None:
    """POST /predict answers as in lab 03."""
    wsgi.predicts(running(start, flask()), [[5.1, 3.5, 1.4, 0.2], [6.3, 2.9, 5.6, 1.8], [-1, 0, 2, 7]])


@exercise("flask")
def test_bad_features(start: Start) -> None:
    """Anything but four finite numbers is a 422 that names features."""
    found = [
        "[1, 2, 3]",
        "null",
        '"1234"',
        '["a", 2, 3, 4]',
        "[1, 2, 3, NaN]",
        "[Infinity, 2, 3, 4]",
        "[1, -Infinity, 3, 4]",
    ]
    wsgi.refuses(running(start, flask()), ["{}", *(f'{{"features": {text}}}' for text in found)])


@exercise("flask")
def test_no_object(start: Start) -> None:
    """A body that is no JSON, or JSON that is no object, is a 4xx."""
    wsgi.no_object(running(start, flask()), ["{", "[1, 2, 3, 4]", "17", ""])


@exercise("flask")
def test_loaded_once(start: Start) -> None:
    """The model is loaded once, and called once for each request."""
    wsgi.loads_once(running(start, flask()), [[5.1, 3.5, 1.4, 0.2], [6.3, 2.9, 5.6, 1.8]])
