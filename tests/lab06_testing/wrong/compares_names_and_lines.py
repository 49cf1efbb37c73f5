# fails: happy_path
# says: it passes, otherwise it does not count
# points: 0
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
import inspect
from types import FunctionType

KNOWN = {"create_app", "describe", "predict", "predict_batch", "health", "readiness", "_answer", "_problem", "_request_id"}


def test_names():
    own = {name for name, it in vars(iris_api).items() if isinstance(it, FunctionType) and it.__module__ == iris_api.__name__}
    assert own >= KNOWN


def test_lines():
    assert iris_api.create_app.__code__.co_firstlineno < iris_api.predict.__code__.co_firstlineno < 200
