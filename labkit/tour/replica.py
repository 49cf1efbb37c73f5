"""What each replica of the tour serves: the API of labs 03 to 06, and which process answers."""

import itertools
import os

from labkit.labs.lab06_testing.iris_api import create_app

_COUNT = itertools.count(1)
app = create_app()


@app.get("/count")
def count() -> dict[str, int]:
    """Say which process answers, and how often it has."""
    return {"pid": os.getpid(), "count": next(_COUNT)}
