"""What the checks of several labs ask of an app that has no model."""

from __future__ import annotations

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running, Start
from labkit.sandbox.setup import Setup

FLOWER = [5.1, 3.5, 1.4, 0.2]
"""Four numbers that any model of four features answers."""


def started_anyway(start: Start, setup: Setup, without: str = "no file") -> Running:
    """Start the app without a model that can be read, and expect that it starts."""
    running = start(setup)
    if running.problem:
        sent = f"start the app with a MODEL_PATH that leads to {without}"
        raise Mismatch(sent, "the app starts", running.problem, "load the model inside try, as the first section does")
    return running


def unavailable(running: Running) -> Reply:
    """Ask for a prediction where there is no model, and expect the 503."""
    reply = running.api.post("/predict", json={"features": FLOWER})
    advice = None
    if reply.raised and reply.raised.startswith("ModelNotLoadedError"):
        advice = "it is raised, but nobody handles it: @app.exception_handler(ModelNotLoadedError)"
    elif reply.raised and reply.raised.startswith("TypeError"):  # None has been used as if it were a dict
        advice = "look whether there is a model before you use it, and raise ModelNotLoadedError"
    elif reply.status == 200 and "model_version" not in reply.text:
        advice = "what is returned is a 200 unless it is told otherwise: JSONResponse(content, 503, ...)"
    return reply.expect(503, advice=advice)
