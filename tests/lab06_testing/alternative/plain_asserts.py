# Plain asserts and loops, one client for the whole module, overrides ended by hand.
# second: failures, invariants

# %% setup
import json

import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]

# %% client_fixture
@pytest.fixture(scope="module")
def client():
    app = iris_api.create_app()
    with TestClient(app) as started:
        yield started


def test_lifespan():
    app = iris_api.create_app()
    outside = TestClient(app)
    assert outside.get("/readiness").status_code == 503
    with TestClient(app) as inside:
        assert inside.get("/readiness").status_code == 200
        assert inside.get("/model").status_code == 200
    assert outside.get("/readiness").status_code == 503


def test_two_apps():
    first, second = iris_api.create_app(), iris_api.create_app()
    first.state.mark = "first"
    assert not hasattr(second.state, "mark")

# %% happy_path
def test_right_answers(client):
    names = client.get("/model").json()["classes"]
    assert names == ["setosa", "versicolor", "virginica"]
    for number, flower in enumerate([SETOSA, VERSICOLOR, VIRGINICA]):
        answer = client.post("/predict", json={"features": flower}).json()
        assert answer["class"] == number
        assert answer["label"] == names[number]
        assert list(answer["probabilities"]) == names
        assert answer["confidence"] == pytest.approx(answer["probabilities"][names[number]])
        assert 0.5 < answer["confidence"] <= 1
        assert answer["model_version"] == client.get("/model").json()["version"]


def test_batch(client):
    answer = client.post("/predict/batch", json={"rows": [VIRGINICA, SETOSA]}).json()
    assert [one["class"] for one in answer["predictions"]] == [2, 0]


def test_loaded_once(client):
    first = client.get("/model").json()["loaded_at"]
    second = client.get("/model").json()["loaded_at"]
    assert first == second

# %% bad_input
def refused(client, path, text, field):
    reply = client.post(path, content=text, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422, text[:50]
    assert any(field in error["loc"] for error in reply.json()["errors"]), text[:50]


def test_bad_flowers(client):
    for row in ["[]", "[1, 2, 3]", "[1, 2, 3, 4, 5]", '[1, 2, 3, "x"]', "[1, 2, 3, NaN]", "[1, 2, 3, -Infinity]", "null"]:
        refused(client, "/predict", '{"features": %s}' % row, "features")
    refused(client, "/predict", "{}", "features")
    refused(client, "/predict", '{"features": [1, 2, 3, 4], "extra": 1}', "extra")


def test_bad_batches(client):
    for rows in [[], [SETOSA, [1]], [SETOSA] * 1001]:
        refused(client, "/predict/batch", json.dumps({"rows": rows}), "rows")


def test_largest_batch(client):
    reply = client.post("/predict/batch", json={"rows": [SETOSA] * 1000})
    assert reply.status_code == 200
    assert len(reply.json()["predictions"]) == 1000

# %% failures
def missing():
    raise iris_api.ModelNotLoadedError()


class Raising:
    classes = ["setosa", "versicolor", "virginica"]
    version = "9"
    loaded_at = None

    def predict_proba(self, rows):
        raise RuntimeError("top secret")


def test_no_model(client):
    client.app.dependency_overrides[iris_api.get_model] = missing
    try:
        replies = [
            client.get("/model"),
            client.post("/predict", json={"features": SETOSA}),
            client.post("/predict/batch", json={"rows": [SETOSA]}),
        ]
        healthy = client.get("/health")
    finally:
        client.app.dependency_overrides.clear()
    for reply in replies:
        assert reply.status_code == 503
        assert reply.headers["retry-after"].isdigit()
    assert healthy.status_code == 200


def test_raising_model(client):
    client.app.dependency_overrides[iris_api.get_model] = lambda: Raising()
    try:
        reply = client.post("/predict", json={"features": SETOSA})
    finally:
        client.app.dependency_overrides = {}
    assert reply.status_code == 500
    assert "secret" not in reply.text
    assert reply.json()["request_id"]

# %% invariants
FLOWERS = [SETOSA, VIRGINICA, VERSICOLOR, [5.5, 2.6, 3.3, 0.9], [6.2, 2.7, 4.9, 1.7], SETOSA]


def test_sums(client):
    for flower in FLOWERS:
        probabilities = client.post("/predict", json={"features": flower}).json()["probabilities"]
        assert abs(sum(probabilities.values()) - 1) < 1e-6


def test_batch_is_singles(client):
    batch = client.post("/predict/batch", json={"rows": FLOWERS}).json()["predictions"]
    assert batch == [client.post("/predict", json={"features": flower}).json() for flower in FLOWERS]


def test_ids(client):
    seen = [client.get(path).headers["x-request-id"] for path in ["/health", "/model", "/nowhere", "/health"]]
    assert len(set(seen)) == 4
    assert client.get("/health", headers={"X-Request-ID": "me-1"}).headers["x-request-id"] == "me-1"
    assert client.get("/health", headers={"X-Request-ID": "me; 1"}).headers["x-request-id"] != "me; 1"


def test_nobody_calls(client):
    calls = []

    def noting():
        calls.append("asked")
        return iris_api.Model()

    client.app.dependency_overrides[iris_api.get_model] = noting
    client.get("/health")
    client.get("/readiness")
    client.app.dependency_overrides.clear()
    assert not calls
