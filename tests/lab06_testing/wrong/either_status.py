# fails: failures
# says: does not say when to ask again
# points: 0.5
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
# Of 8 mutants only the one that answers 500 without a model is killed: 4 points x 1/8.
def missing():
    raise iris_api.ModelNotLoadedError


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
def test_missing_model(client, monkeypatch, path):
    monkeypatch.setitem(client.app.dependency_overrides, iris_api.get_model, missing)
    body = {"features": SETOSA} if path == "/predict" else {"rows": [SETOSA]}
    assert client.post(path, json=body).status_code in [200, 503]
