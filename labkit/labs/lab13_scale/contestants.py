"""The same prediction with FastAPI, by a `def` and by an `async def`, each an app of its own.

MODEL_PATH=data/iris.joblib uvicorn labkit.labs.lab13_scale.contestants:plain
"""

from __future__ import annotations

import os
from typing import Annotated, Any

import joblib
from fastapi import FastAPI
from pydantic import BaseModel, Field, FiniteFloat

_saved = joblib.load(os.environ["MODEL_PATH"])
plain, coroutine = FastAPI(), FastAPI()


class Flower(BaseModel):
    """The measurements of one flower."""

    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


def _predict(flower: Flower) -> dict[str, Any]:
    row = _saved["model"].predict_proba([flower.features])[0]
    number, names = int(row.argmax()), _saved["classes"]
    shares = dict(zip(names, row.tolist(), strict=True))
    found = {"class": number, "label": names[number], "confidence": float(row[number]), "probabilities": shares}
    return {**found, "model_version": _saved["version"]}


@plain.post("/predict")
def predict(flower: Flower) -> dict[str, Any]:
    """Predict in a thread of the pool."""
    return _predict(flower)


@coroutine.post("/predict")
async def predict_in_the_loop(flower: Flower) -> dict[str, Any]:
    """Predict in the event loop, which everybody waits for."""
    return _predict(flower)
