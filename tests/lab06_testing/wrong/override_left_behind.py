# fails: happy_path, failures
# says: dependency_overrides
# points: 1
# not_attempted: client_fixture, bad_input, invariants
# alone:

# %% setup
import pytest
from fastapi.testclient import TestClient

from labkit.labs.lab06_testing import iris_api

SETOSA, VERSICOLOR, VIRGINICA = [5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]

# %% happy_path
# One app for all tests, and nobody ends the override. The other section is not to blame.
@pytest.fixture(scope="module")
def shared():
    with TestClient(iris_api.create_app()) as client:
        yield client


def test_setosa(shared):
    answer = shared.post("/predict", json={"features": SETOSA}).json()
    assert (answer["class"], answer["label"]) == (0, "setosa")

# %% failures
def test_missing_model(shared):
    def missing():
        raise iris_api.ModelNotLoadedError

    shared.app.dependency_overrides[iris_api.get_model] = missing
    reply = shared.post("/predict", json={"features": SETOSA})
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) >= 0
