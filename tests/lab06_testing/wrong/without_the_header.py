# fails: bad_input
# says: otherwise it does not count
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
# The body is not read as JSON, so it is refused for another reason: no field is named, not even by the right API.
def test_refused(client):
    reply = client.post("/predict", content='{"features": [NaN, 1, 1, 1]}')
    assert reply.status_code == 422
    assert "features" in [part for error in reply.json()["errors"] for part in error["loc"]]
