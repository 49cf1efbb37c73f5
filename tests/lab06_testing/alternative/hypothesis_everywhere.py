# Properties wherever there is one, and an app of its own in each test.

# %% setup
import json
import math
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from labkit.labs.lab06_testing import iris_api

CALM = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
NAMES = ["setosa", "versicolor", "virginica"]
NUMBER = st.floats(0, 10)
ROW = st.lists(NUMBER, min_size=4, max_size=4)


class Fixed:
    """A model whose answers are known, whatever it is asked."""

    classes, version = NAMES, "7.1"

    def __init__(self, *answers):
        self.answers, self.asked = answers, []

    def predict_proba(self, rows):
        self.asked.append(rows)
        return [list(self.answers[index % len(self.answers)]) for index in range(len(rows))]


@contextmanager
def started(model=None):
    app = iris_api.create_app()
    if model is not None:
        app.dependency_overrides[iris_api.get_model] = lambda: model
    with TestClient(app) as client:
        yield client

# %% client_fixture
@pytest.fixture
def client():
    with started() as client:
        yield client


def test_states(client):
    assert client.get("/health").json()["model_loaded"] is True
    assert client.get("/readiness").status_code == 200
    later = TestClient(client.app)
    assert TestClient(iris_api.create_app()).get("/readiness").status_code == 503
    assert later.get("/readiness").status_code == 200


def test_end():
    with started() as client:
        pass
    assert client.get("/readiness").status_code == 503

# %% happy_path
@CALM
@given(row=ROW, weights=st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True))
def test_answer_is_the_models(row, weights):
    shares = [weight / sum(weights) for weight in weights]
    model = Fixed(shares)
    with started(model) as client:
        answer = client.post("/predict", json={"features": row}).json()
    best = shares.index(max(shares))
    assert model.asked == [[row]]
    assert answer == {
        "class": best,
        "label": NAMES[best],
        "confidence": pytest.approx(shares[best]),
        "probabilities": pytest.approx(dict(zip(NAMES, shares))),
        "model_version": "7.1",
    }


def test_batch_and_model(client):
    with started(Fixed([0.7, 0.2, 0.1], [0.1, 0.2, 0.7])) as other:
        found = other.post("/predict/batch", json={"rows": [[1, 2, 3, 4]] * 3}).json()["predictions"]
    assert [one["label"] for one in found] == ["setosa", "virginica", "setosa"]
    first, second = client.get("/model").json(), client.get("/model").json()
    assert first == second
    assert first["classes"] == NAMES

# %% bad_input
def ask(client, path, body):
    return client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


def names(reply):
    assert reply.status_code == 422
    return {part for error in reply.json()["errors"] for part in error["loc"]}


@CALM
@given(row=st.lists(NUMBER, max_size=7))
def test_length(client, row):
    assume(len(row) != 4)
    assert "features" in names(ask(client, "/predict", {"features": row}))
    assert "rows" in names(ask(client, "/predict/batch", {"rows": [[1, 2, 3, 4], row]}))


@CALM
@given(row=ROW, place=st.integers(0, 3), bad=st.sampled_from([math.nan, math.inf, -math.inf, "wide", None, []]))
@example(row=[1.0, 2.0, 3.0, 4.0], place=0, bad="wide")
@example(row=[1.0, 2.0, 3.0, 4.0], place=3, bad=math.nan)
def test_values(client, row, place, bad):
    row[place] = bad
    assert "features" in names(ask(client, "/predict", {"features": row}))


@CALM
@given(name=st.sampled_from(["colour", "Features", "model", "row"]))
def test_unknown_fields(client, name):
    assert name in names(ask(client, "/predict", {"features": [1, 2, 3, 4], name: 1}))


@pytest.mark.parametrize("body", [{}, {"rows": []}, {"rows": [[1, 2, 3, 4]] * 1001}])
def test_batches(client, body):
    assert "rows" in names(ask(client, "/predict/batch", body))


def test_missing_features_and_largest_batch(client):
    assert "features" in names(ask(client, "/predict", {}))
    assert ask(client, "/predict/batch", {"rows": [[1, 2, 3, 4]] * 1000}).status_code == 200

# %% failures
class Failing(Fixed):
    def predict_proba(self, rows):
        raise ValueError(self.answers[0])


@CALM
@given(secret=st.uuids().map(str), path=st.sampled_from(["/predict", "/predict/batch"]))
def test_nothing_leaks(secret, path):
    with started(Failing(secret)) as client:
        reply = ask(client, path, {"features": [1, 2, 3, 4]} if path == "/predict" else {"rows": [[1, 2, 3, 4]]})
    assert reply.status_code == 500
    assert secret not in reply.text
    assert reply.json()["request_id"] == reply.headers["X-Request-ID"]


def test_before_the_lifespan():
    client = TestClient(iris_api.create_app())
    asks = [client.get("/model"), ask(client, "/predict", {"features": [1, 2, 3, 4]})]
    for reply in [*asks, ask(client, "/predict/batch", {"rows": [[1, 2, 3, 4]]})]:
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) > 0
    health = client.get("/health")
    assert health.status_code == 200
    assert health.json()["model_loaded"] is False

# %% invariants
@CALM
@given(rows=st.lists(ROW, min_size=1, max_size=4))
def test_batch(client, rows):
    batch = ask(client, "/predict/batch", {"rows": rows}).json()["predictions"]
    singles = [ask(client, "/predict", {"features": row}).json() for row in rows]
    assert batch == singles
    assert all(sum(one["probabilities"].values()) == pytest.approx(1) for one in batch)


@CALM
@given(sent=st.text("aZ09- _;", min_size=1, max_size=70), path=st.sampled_from(["/model", "/nowhere"]))
def test_ids(client, sent, path):
    assume(sent == sent.strip())
    came = client.get(path, headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    fits = len(sent) <= 64 and all(sign.isalnum() or sign == "-" for sign in sent)
    assert (came == sent) is fits
    assert client.get(path).headers["X-Request-ID"] != client.get(path).headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/health", "/readiness"])
def test_probes(path):
    model = Fixed([0.7, 0.2, 0.1])
    with started(model) as client:
        client.get(path)
    assert model.asked == []
