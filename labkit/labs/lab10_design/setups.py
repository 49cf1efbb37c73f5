"""How the servers of lab 10 are started: with a database of their own, a model that tells, and origins that may ask."""

from __future__ import annotations

from dataclasses import replace

from labkit.checks.predictions import Known
from labkit.sandbox.setup import FOLDER, Setup


def setup(known: Known, origins: str, database: str) -> Setup:
    """Return how a server is started.

    Args:
        known: its model.
        origins: the origins that it allows.
        database: the name of the file of its database.
    """
    more = {"DATABASE_URL": f"sqlite:///{FOLDER}/{database}", "ALLOWED_ORIGINS": origins}
    return replace(known.setup, environment={**known.setup.environment, **more}, restarts=True)
