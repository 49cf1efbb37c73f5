"""The solution on another database: nothing of it is SQLite's own."""

import contextlib
import os
from importlib.util import find_spec

import pytest
from support import postgres

from autograder.checks import lab10_design as checks
from labkit.labs.lab10_design import deployment, registry, replacing
from labkit.sandbox.inside import events

pytestmark = [
    pytest.mark.program,
    pytest.mark.skipif(
        not os.environ.get("CI") and not (postgres.programs() and find_spec("psycopg")),
        reason="install PostgreSQL (apt install postgresql) and pip install 'psycopg[binary]'",
    ),
]


class Live:
    """The live server as the checks see one that they have started."""

    def __init__(self, api):
        self.api = api
        self._told = []
        events.listen(self._told.append)

    @contextlib.contextmanager
    def holding(self, database):
        """Hold nothing: there is no file to be held."""
        yield lambda: None

    def events(self):
        told = self._told[:]
        self._told.clear()
        return told


def test_the_races_have_one_winner_on_postgresql_too(monkeypatch, lab, write):
    """The same solution, unchanged: on a real PostgreSQL one wins each race, and nothing is done twice."""
    with postgres.server(postgres.programs()) as url:
        monkeypatch.setenv("DATABASE_URL", url.replace("postgresql:", "postgresql+psycopg:"))
        write("setup", "resources", "replace", "etag", "idempotency")
        assert lab.server.problem is None
        registry.taken(lab.api)
        replacing.new_then_there(lab.api)
        replacing.cleared(lab.api)
        deployment.stale(lab.api)
        live = Live(lab.api)
        registry.race(live, "")
        deployment.race(live, "")
        checks.PREDICTIONS.once(live, 2.5)
        checks.PREDICTIONS.other_row(live)
        checks.PREDICTIONS.race(live)
        checks.PREDICTIONS.failure_is_free(live, 5)
        lab.server.stop()
