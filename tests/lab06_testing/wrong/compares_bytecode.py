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
import sys
from pathlib import Path
from types import CodeType, FunctionType, ModuleType


def functions(module):
    return {name: it.__code__.co_code for name, it in vars(module).items() if isinstance(it, FunctionType)}


def test_bytecode():
    right = ModuleType("right")
    exec(compile(Path(iris_api.__file__).read_text(), "right", "exec"), vars(right))
    assert functions(right) == functions(iris_api)
