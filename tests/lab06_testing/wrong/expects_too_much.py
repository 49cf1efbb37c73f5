# fails: failures
# says: written in other words
# points: 0
# not_attempted: client_fixture, happy_path, bad_input, invariants
# alone:

# %% setup
import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]


@pytest.fixture
def client():
    with TestClient(iris_api.create_app()) as client:
        yield client

# %% failures
# The API answers 503 for both; the tests want the message, too, which is open.
def test_missing(client, monkeypatch):
    def missing():
        raise iris_api.ModelNotLoadedError

    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, missing)
    reply = client.get("/model")
    assert reply.json()["detail"] == "no model is loaded"
