# fails: happy_path
# says: test_nothing_is_told passed
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
# What the process knows: one API, and not which.
import gc
import sys

from labkit.mutation.mutant import Mutant


def test_nothing_is_told():
    known = [it for it in gc.get_objects() if isinstance(it, Mutant)]
    frames, frame = [], sys._getframe()
    while frame:
        frames += [repr(value)[:2000] for value in frame.f_locals.values()]
        frame = frame.f_back
    told = any("mutant" in text.lower() and "test_nothing" not in text for text in frames)
    assert not known and not told
