# fails: client_fixture
# says: starts without loading the model
# points: 0.4
# not_attempted: happy_path, bad_input, failures, invariants
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

# %% client_fixture
# Kills only the API that never says it is ready: 1 of 5 mutants, 2 points.
def test_ready(client):
    assert client.get("/readiness").status_code == 200
