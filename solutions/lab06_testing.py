# %% setup
import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]


# %% client_fixture
@pytest.fixture
def client():
    """A client of a new app, whose lifespan has run."""
    # BEGIN SOLUTION
    with TestClient(iris_api.create_app()) as client:
        yield client
    # END SOLUTION


# What is true before the lifespan, during it and after it
# BEGIN SOLUTION
def test_ready_between_start_and_shutdown():
    client = TestClient(iris_api.create_app())
    assert client.get("/readiness").status_code == 503
    with client:
        assert client.get("/readiness").json() == {"status": "ready"}
        assert client.get("/health").json()["model_loaded"] is True
    assert client.get("/readiness").status_code == 503


def test_apps_share_nothing():
    assert iris_api.create_app() is not iris_api.create_app()


# END SOLUTION


# %% happy_path
# Predict, batch and model info: right answers
# BEGIN SOLUTION
FLOWERS = [(SETOSA, 0, "setosa"), (VERSICOLOR, 1, "versicolor"), (VIRGINICA, 2, "virginica")]


@pytest.mark.parametrize(("flower", "number", "name"), FLOWERS)
def test_each_species(client, flower, number, name):
    reply = client.post("/predict", json={"features": flower})
    assert reply.status_code == 200
    answer = reply.json()
    assert (answer["class"], answer["label"]) == (number, name)
    assert answer["confidence"] == answer["probabilities"][name] == max(answer["probabilities"].values())
    assert answer["model_version"] == client.get("/model").json()["version"]


def test_batch_answers_each_row(client):
    reply = client.post("/predict/batch", json={"rows": [flower for flower, _, _ in FLOWERS]})
    assert reply.status_code == 200
    assert [answer["label"] for answer in reply.json()["predictions"]] == ["setosa", "versicolor", "virginica"]


def test_model_info_stays_the_same(client):
    info = client.get("/model").json()
    assert info["classes"] == ["setosa", "versicolor", "virginica"]
    assert client.get("/model").json() == info


# END SOLUTION


# %% bad_input
# A table of bad input: what is sent, and the field that is named
# BEGIN SOLUTION
BAD = [
    ("/predict", "features", '{"features": [1, 2, 3]}'),
    ("/predict", "features", '{"features": [1, 2, 3, 4, 5]}'),
    ("/predict", "features", '{"features": []}'),
    ("/predict", "features", '{"features": [1, 2, 3, "wide"]}'),
    ("/predict", "features", '{"features": [1, 2, 3, NaN]}'),
    ("/predict", "features", '{"features": [1, 2, 3, Infinity]}'),
    ("/predict", "features", "{}"),
    ("/predict", "colour", '{"features": [1, 2, 3, 4], "colour": "blue"}'),
    ("/predict/batch", "rows", '{"rows": []}'),
    ("/predict/batch", "rows", '{"rows": [[1, 2, 3, 4], [1, 2]]}'),
    ("/predict/batch", "colour", '{"rows": [[1, 2, 3, 4]], "colour": "blue"}'),
]


@pytest.mark.parametrize(("path", "field", "body"), BAD)
def test_bad_input_is_refused(client, path, field, body):
    reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert field in [part for error in reply.json()["errors"] for part in error["loc"]]


@pytest.mark.parametrize(("size", "status"), [(1, 200), (1000, 200), (1001, 422)])
def test_size_of_a_batch(client, size, status):
    assert client.post("/predict/batch", json={"rows": [SETOSA] * size}).status_code == status


# END SOLUTION


# %% failures
# A missing model and a broken one
# BEGIN SOLUTION
class Broken(iris_api.Model):
    def predict_proba(self, rows):
        raise ValueError("the password is swordfish")


def missing():
    raise iris_api.ModelNotLoadedError


@pytest.fixture
def without_model(client, monkeypatch):
    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, missing)
    return client


@pytest.fixture
def with_broken_model(client, monkeypatch):
    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, Broken)
    return client


ASKS = [
    ("GET", "/model", None),
    ("POST", "/predict", {"features": SETOSA}),
    ("POST", "/predict/batch", {"rows": [SETOSA]}),
]


@pytest.mark.parametrize(("method", "path", "body"), ASKS)
def test_missing_model(without_model, method, path, body):
    reply = without_model.request(method, path, json=body)
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) >= 0


def test_health_without_a_model(without_model):
    assert without_model.get("/health").status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), ASKS[1:])
def test_broken_model(with_broken_model, method, path, body):
    reply = with_broken_model.request(method, path, json=body)
    assert reply.status_code == 500
    assert "swordfish" not in reply.text
    assert reply.json()["request_id"] == reply.headers["X-Request-ID"]


# END SOLUTION


# %% invariants
# Properties: of any answer, and of two answers together
# BEGIN SOLUTION
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROWS = st.lists(st.lists(st.floats(0, 10), min_size=4, max_size=4), min_size=1, max_size=5)
ONE_CLIENT = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_CLIENT
@given(rows=ROWS)
def test_batch_equals_singles(client, rows):
    batch = client.post("/predict/batch", json={"rows": rows}).json()["predictions"]
    assert batch == [client.post("/predict", json={"features": row}).json() for row in rows]
    for answer in batch:
        assert sum(answer["probabilities"].values()) == pytest.approx(1)


@pytest.mark.parametrize("path", ["/health", "/nowhere"])
def test_request_ids(client, path):
    new = [client.get(path).headers["X-Request-ID"] for _ in range(2)]
    assert new[0] != new[1]
    assert client.get(path, headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get(path, headers={"X-Request-ID": "a b"}).headers["X-Request-ID"] != "a b"


@pytest.mark.parametrize("path", ["/health", "/readiness"])
def test_probes_never_call_the_model(client, monkeypatch, path):
    calls = []

    class Counting(iris_api.Model):
        def predict_proba(self, rows):
            calls.append(rows)
            return super().predict_proba(rows)

    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, Counting)
    assert client.get(path).status_code == 200
    assert calls == []


# END SOLUTION
