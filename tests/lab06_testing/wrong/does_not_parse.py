# fails: happy_path, invariants
# says: expected ':'
# points: 0.33
# not_attempted: client_fixture, bad_input, failures
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
def test_label(client)
    assert client.get("/model").json()["classes"]

# %% invariants
def test_ids(client):
    ids = {client.get("/health").headers["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2
