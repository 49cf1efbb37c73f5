# A model of the tests' own wherever that is possible: every number is known beforehand. Overrides by a context manager.

# %% setup
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]


class StandIn:
    """Says of each row what its first number tells: the share of the first class."""

    classes, version, loaded_at = ["a", "b", "c"], "4.2", datetime(2026, 1, 2, tzinfo=UTC)

    def __init__(self):
        self.rows = []

    def predict_proba(self, rows):
        self.rows += rows
        return [[row[0] / 10, (10 - row[0]) / 10, 0.0] for row in rows]


@contextmanager
def instead(client, make):
    overrides = client.app.dependency_overrides
    overrides[iris_api.get_model] = make
    try:
        yield
    finally:
        del overrides[iris_api.get_model]

# %% client_fixture
@pytest.fixture
def client():
    with TestClient(iris_api.create_app()) as client:
        yield client


@pytest.fixture
def model(client):
    model = StandIn()
    with instead(client, lambda: model):
        yield model


def test_life():
    first, second = TestClient(iris_api.create_app()), TestClient(iris_api.create_app())
    with first:
        assert first.get("/model").is_success
        assert (first.get("/readiness").status_code, second.get("/readiness").status_code) == (200, 503)
    assert first.get("/readiness").status_code == 503

# %% happy_path
def test_single(client, model):
    answer = client.post("/predict", json={"features": [3, 1, 1, 0]}).json()
    assert model.rows == [[3, 1, 1, 0]]
    assert answer == {
        "class": 1,
        "label": "b",
        "confidence": 0.7,
        "probabilities": {"a": 0.3, "b": 0.7, "c": 0},
        "model_version": "4.2",
    }


def test_batch(client, model):
    found = client.post("/predict/batch", json={"rows": [[9, 0, 0, 0], [2, 0, 0, 0]]}).json()["predictions"]
    assert [one["label"] for one in found] == ["a", "b"]


def test_model(client, model):
    found = client.get("/model").json()
    assert found["classes"] == ["a", "b", "c"]
    assert datetime.fromisoformat(found["loaded_at"]) == StandIn.loaded_at

# %% bad_input
BAD = {
    "short": ("/predict", '{"features": [1, 2, 3]}', "features"),
    "long": ("/predict", '{"features": [1, 2, 3, 4, 5]}', "features"),
    "word": ("/predict", '{"features": [1, 2, 3, "four"]}', "features"),
    "nan": ("/predict", '{"features": [1, 2, 3, NaN]}', "features"),
    "missing": ("/predict", "{}", "features"),
    "unknown": ("/predict", '{"features": [1, 2, 3, 4], "other": 0}', "other"),
    "empty": ("/predict/batch", '{"rows": []}', "rows"),
    "many": ("/predict/batch", '{"rows": [' + ",".join(["[1, 2, 3, 4]"] * 1001) + "]}", "rows"),
}


@pytest.mark.parametrize("case", BAD)
def test_refused(client, model, case):
    path, body, field = BAD[case]
    reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert field in {part for error in reply.json()["errors"] for part in error["loc"]}
    assert model.rows == []

# %% failures
def missing():
    raise iris_api.ModelNotLoadedError


def replies(client):
    yield client.post("/predict", json={"features": SETOSA})
    yield client.post("/predict/batch", json={"rows": [SETOSA]})


def test_missing(client):
    with instead(client, missing):
        found = [*replies(client), client.get("/model")]
        assert client.get("/health").status_code == 200
    assert [reply.status_code for reply in found] == [503] * 3
    assert all(reply.headers["Retry-After"].isdigit() for reply in found)


def test_raising(client, model):
    model.predict_proba = lambda rows: 1 / 0
    for reply in replies(client):
        assert reply.status_code == 500
        assert "division" not in reply.text
        assert reply.json()["request_id"]

# %% invariants
def test_batch_is_singles(client, model):
    rows = [[first, 0.5, 0.25, 0.5] for first in (1.5, 9.5, 4.25, 1.5, 7.75)]
    batch = client.post("/predict/batch", json={"rows": rows}).json()["predictions"]
    assert batch == [client.post("/predict", json={"features": row}).json() for row in rows]
    assert all(sum(one["probabilities"].values()) == pytest.approx(1) for one in batch)


def test_default_model_sums_to_one(client):
    for flower in (SETOSA, VERSICOLOR, VIRGINICA):
        assert sum(client.post("/predict", json={"features": flower}).json()["probabilities"].values()) == pytest.approx(1)


def test_probes(client, model):
    client.get("/health")
    client.get("/readiness")
    assert model.rows == []


@pytest.mark.parametrize("path", ["/model", "/nothing"])
def test_ids(client, path):
    def came(**headers):
        return client.get(path, headers=headers).headers["X-Request-ID"]

    assert came() != came()
    assert came(**{"X-Request-ID": "Z9-"}) == "Z9-"
    assert came(**{"X-Request-ID": "Z9_"}) != "Z9_"
