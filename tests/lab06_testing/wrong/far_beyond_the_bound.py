# fails: bad_input
# says: a check of the grader's own
# points: 3.67
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
# Everything but the batch of 1001 rows: 11 of 12 mutants, 4 points.
JSON = {"Content-Type": "application/json"}
BAD = [
    ("/predict", "features", '{"features": [1, 2, 3]}'),
    ("/predict", "features", '{"features": [1, 2, 3, 4, 5]}'),
    ("/predict", "features", '{"features": [1, 2, 3, "wide"]}'),
    ("/predict", "features", '{"features": [1, 2, 3, NaN]}'),
    ("/predict", "features", "{}"),
    ("/predict", "colour", '{"features": [1, 2, 3, 4], "colour": "blue"}'),
    ("/predict/batch", "rows", '{"rows": []}'),
    ("/predict/batch", "rows", '{"rows": [' + ", ".join(["[1, 2, 3, 4]"] * 5000) + "]}"),
]


@pytest.mark.parametrize(("path", "field", "body"), BAD)
def test_refused(client, path, field, body):
    reply = client.post(path, content=body, headers=JSON)
    assert reply.status_code == 422
    assert field in [part for error in reply.json()["errors"] for part in error["loc"]]
