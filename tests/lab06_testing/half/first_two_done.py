# points: 5
# not_attempted: bad_input, failures, invariants
# alone:

# %% setup
import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]

# %% client_fixture
@pytest.fixture
def client():
    """A client of a new app, whose lifespan has run."""
    with TestClient(iris_api.create_app()) as client:
        yield client


# What is true before the lifespan, during it and after it
def test_ready_between_start_and_shutdown():
    client = TestClient(iris_api.create_app())
    assert client.get("/readiness").status_code == 503
    with client:
        assert client.get("/readiness").json() == {"status": "ready"}
        assert client.get("/health").json()["model_loaded"] is True
    assert client.get("/readiness").status_code == 503


def test_apps_share_nothing():
    assert iris_api.create_app() is not iris_api.create_app()

# %% happy_path
# Predict, batch and model info: right answers
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
