# fails: client_fixture, happy_path, bad_input, failures, invariants
# says: without saying which field is bad
# points: 6.13

# %% setup
import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]


@pytest.fixture
def client():
    with TestClient(iris_api.create_app()) as client:
        yield client

# %% client_fixture
# Status codes alone, written down before it was judged:
#   client_fixture  2 of 5 mutants (sleepy: GET /model is 503; never_ready)                         0.8
#   happy_path      0 of 9: each of them answers 200                                                0
#   bad_input       10 of 12: all but the two that name no field or the wrong one                   3.33
#   failures        4 of 8: those with another status                                               2
#   invariants      0 of 9                                                                          0
def test_started(client):
    assert client.get("/readiness").status_code == 200
    assert client.get("/model").status_code == 200

# %% happy_path
def test_ok(client):
    assert client.get("/model").status_code == 200
    assert client.post("/predict", json={"features": SETOSA}).status_code == 200
    assert client.post("/predict/batch", json={"rows": [SETOSA, VIRGINICA]}).status_code == 200

# %% bad_input
ONE = [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, "x"], None]
MANY = [[], [SETOSA] * 1001, [SETOSA, [1]]]
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("features", ONE)
def test_refused(client, features):
    body = {} if features is None else {"features": features}
    assert client.post("/predict", json=body).status_code == 422


@pytest.mark.parametrize("rows", MANY)
def test_batch_refused(client, rows):
    assert client.post("/predict/batch", json={"rows": rows}).status_code == 422


def test_nan_refused(client):
    assert client.post("/predict", content='{"features": [NaN, 1, 1, 1]}', headers=JSON).status_code == 422


def test_unknown_field_refused(client):
    assert client.post("/predict", json={"features": SETOSA, "colour": "blue"}).status_code == 422

# %% failures
def missing():
    raise iris_api.ModelNotLoadedError


class Broken(iris_api.Model):
    def predict_proba(self, rows):
        raise ValueError("swordfish")


@pytest.mark.parametrize(("model", "status"), [(missing, 503), (Broken, 500)])
def test_failing_model(client, monkeypatch, model, status):
    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, model)
    assert client.post("/predict", json={"features": SETOSA}).status_code == status
    assert client.post("/predict/batch", json={"rows": [SETOSA]}).status_code == status
    assert client.get("/health").status_code == 200

# %% invariants
def test_probes(client):
    assert client.get("/health").status_code == 200
    assert client.get("/readiness").status_code == 200
    assert client.get("/nowhere").status_code == 404
