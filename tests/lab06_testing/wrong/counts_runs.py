# fails: happy_path
# says: test_later passed
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
# The first runs are on the right API, so fail in all later ones: but nothing of a run is left for the next.
import os
import tempfile
from pathlib import Path

PLACES = [Path.cwd(), Path.home(), Path(tempfile.gettempdir())]


def test_later():
    counts = []
    for place in PLACES:
        file = place / "count"
        seen = int(file.read_text()) if file.exists() else 0
        file.write_text(str(seen + 1))
        counts.append(seen)
    counts.append(int(os.environ.get("COUNT", 0)))
    os.environ["COUNT"] = "0"
    assert max(counts) < 4
