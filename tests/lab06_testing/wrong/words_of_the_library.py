# fails: bad_input
# says: written in other words
# points: 0
# not_attempted: client_fixture, happy_path, failures, invariants
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

# %% bad_input
def test_message(client):
    reply = client.post("/predict", json={"features": [1, 2, 3]})
    assert reply.json()["errors"][0]["msg"] == "List should have at least 4 items after validation, not 3"
