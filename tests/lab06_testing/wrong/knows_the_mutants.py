# fails: invariants
# says: it passes, otherwise it does not count
# points: 0
# not_attempted: client_fixture, happy_path, bad_input, failures
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

# %% invariants
# Each mutant's own names and constants are looked for. They are in every API, where nothing comes of them.
import builtins
from pathlib import Path
from types import CodeType, FunctionType

from labkit.labs.lab06_testing.mutants import MUTANTS


def words(code):
    inner = [words(part) for part in code.co_consts if isinstance(part, CodeType)]
    return set(map(repr, code.co_consts)) | set(code.co_names) | set().union(*inner)


def test_no_mutant():
    text = Path(iris_api.__file__).read_text()
    right = words(compile(text, "x", "exec"))
    own = [words(it.__code__) for it in vars(iris_api).values() if isinstance(it, FunctionType)]
    for mutant in MUTANTS:
        new = {word for word in words(compile(mutant.of(text), "x", "exec")) - right if "code object" not in word}
        assert not new or not any(new <= one for one in own)
