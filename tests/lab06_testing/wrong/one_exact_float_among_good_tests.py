# fails: happy_path
# says: the last digits of a float
# points: 0.67
# not_attempted: client_fixture, bad_input, failures, invariants
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

# %% happy_path
# The exact float does not count and is named; the other test kills mislabel and contrary: 3 points x 2/9.
def test_label(client):
    answer = client.post("/predict", json={"features": VERSICOLOR}).json()
    assert answer["label"] == client.get("/model").json()["classes"][answer["class"]]
    assert answer["label"] == "versicolor"


def test_confidence(client):
    assert client.post("/predict", json={"features": VERSICOLOR}).json()["confidence"] == 0.9903109741986597
