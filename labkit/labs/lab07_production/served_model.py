"""The model behind the given prediction of lab 07: that of the settings, loaded by whatever lifespan there is."""

from __future__ import annotations

from labkit.checks.api import Reply
from labkit.checks.models import MODEL, StandIn, saved
from labkit.checks.predictions import FLOWER
from labkit.checks.running import Start
from labkit.labs.lab07_production.expect import ENVIRONMENT, serving
from labkit.sandbox.setup import FOLDER, Setup

_MODEL, _NAMES, _VERSION = StandIn(3, seed=7), ("lamp", "mug", "plate"), "7.7"
_SETTINGS = "the given `load` reads the field `model_path`: call yours so, with the alias API_MODEL_PATH"
_LIFESPAN = "the lifespan that counts has to load the model: app.state.saved = load(app), above its yield"


def asks_the_other(start: Start) -> None:
    """Expect the given prediction to come from the model that API_MODEL_PATH names.

    A module that has no such route any more says nothing of its settings.

    Raises:
        Mismatch: another model answers, or none.
    """
    environment = {**ENVIRONMENT, "API_MODEL_PATH": f"{FOLDER}/{MODEL}"}
    setup = Setup(environment, {MODEL: saved(_MODEL, _NAMES, _VERSION)})
    reply = serving(start(setup), "API_MODEL_PATH=another model").api.post("/predict", json={"features": FLOWER})
    if reply.status == 404:
        return
    reply.sent += ", with API_MODEL_PATH=another model"
    number, _ = _MODEL.answer(FLOWER)
    expected = {"class": number, "label": _NAMES[number], "model_version": _VERSION}
    reply.expect(200, expected, advice=_LIFESPAN if _nothing_loaded(reply) else _SETTINGS)


def still_loads(start: Start) -> None:
    """Expect the given prediction to have a model, wherever the settings say that it lies.

    Raises:
        Mismatch: the lifespan has loaded none.
    """
    files = dict.fromkeys((MODEL, "data/iris.joblib"), saved(_MODEL, _NAMES, _VERSION))
    setup = Setup({**ENVIRONMENT, "API_MODEL_PATH": f"{FOLDER}/{MODEL}"}, files)
    reply = serving(start(setup), "the app").api.post("/predict", json={"features": FLOWER})
    if reply.status != 404:
        reply.expect(200, advice=_LIFESPAN if reply.status == 503 or _nothing_loaded(reply) else None)


def _nothing_loaded(reply: Reply) -> bool:
    return "no attribute 'saved'" in (reply.raised or "")
