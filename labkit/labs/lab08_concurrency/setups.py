"""How the servers of lab 08 are started: each exercise has one of its own, so that a blocked loop costs no other."""

from __future__ import annotations

from dataclasses import replace

from labkit.checks.running import Running
from labkit.companions.upstream import Upstream
from labkit.sandbox.setup import Command, Companion, Setup

UPSTREAM = "UPSTREAM_URL"
LOG = "predictions.jsonl"


def setup(exercise: str, companion: Companion = Upstream, /, **environment: str) -> Setup:
    """Return how the server of an exercise is started.

    Args:
        exercise: the name of it.
        companion: what it finds at its upstream's address.
        environment: its variables, where they are not the usual ones.
    """
    log = f"{{folder}}/{exercise}.jsonl"
    usual = {"DEADLINE": "20", "ROUNDS": "20000", "SAVING": "0.1", "TRAINING": "0.2", "PREDICTION_LOG": log}
    return Setup(usual | environment, output=True, companions={UPSTREAM: companion}, pool=True)


def uvicorn(exercise: str, **environment: str) -> Setup:
    """Return how it is started by uvicorn itself, which can be told to end."""
    found = setup(exercise, **{"PREDICTION_LOG": f"{{folder}}/{LOG}", **environment})
    return replace(found, command=Command("uvicorn"))


def upstream(server: Running) -> Upstream:
    """Return the upstream of a server."""
    found: Upstream = server.companions[UPSTREAM]
    return found
