"""A model of the grader's own behind API_MODEL_PATH, and whether the module of lab 07 asks it."""

from __future__ import annotations

from labkit.labs.lab07_production.setups import ENVIRONMENT, serving
from labkit.checks.models import MODEL, StandIn, saved
from labkit.sandbox.setup import FOLDER, Setup
from labkit.checks.running import Start

_MODEL, _NAMES, _VERSION = StandIn(3, seed=7), ("lamp", "mug", "plate"), "7.7"
_FLOWER = [5.1, 3.5, 1.4, 0.2]
_ADVICE = "the given `load` reads the field `model_path`: call yours so, with the alias API_MODEL_PATH"


def asks_the_other(start: Start) -> None:
    """Expect the given prediction to come from the model that API_MODEL_PATH names.

    A module that has no such route any more, or a lifespan that loads nothing, says nothing of its settings.

    Raises:
        Mismatch: another model answers, or none.
    """
    environment = {**ENVIRONMENT, "API_MODEL_PATH": f"{FOLDER}/{MODEL}"}
    setup = Setup(environment, {MODEL: saved(_MODEL, _NAMES, _VERSION)})
    reply = serving(start(setup), "API_MODEL_PATH=another model").api.post("/predict", json={"features": _FLOWER})
    if reply.status not in (200, 503):
        return
    reply.sent += ", with API_MODEL_PATH=another model"
    number, _ = _MODEL.answer(_FLOWER)
    reply.expect(200, {"class": number, "label": _NAMES[number], "model_version": _VERSION}, advice=_ADVICE)
