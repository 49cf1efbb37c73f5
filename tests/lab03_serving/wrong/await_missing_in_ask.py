# The thread is not waited for.
# fails: predict, confidence, batch, def_or_async
# says: is there an `await` in front of `run_in_threadpool`
"""Lab 03: Serve a scikit-learn model."""

# %% setup
import json
import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import joblib
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, FiniteFloat

TRAINED = Path(__file__).resolve().parent.parent / "data" / "iris.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))

Features = list[float]  # as on the slide; the exercise predict makes it stricter


@asynccontextmanager
async def lifespan(app):
    """Do nothing when the app starts; the exercise lifespan defines this name again."""
    yield


# `lifespan` stands behind a lambda, so that the name is looked up when the app starts: the last definition counts.
app = FastAPI(title="Iris API", lifespan=lambda app: lifespan(app))


def get_model():
    """Return what was saved: a dict with the model, the names of its classes, and its version."""
    if hasattr(app.state, "saved"):
        return app.state.saved
    return joblib.load(MODEL_PATH)  # nobody has kept it


async def ask(method, rows):
    """Let a method of the model answer for all rows; the exercise def_or_async defines this name again."""
    return method(rows)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


# %% lifespan
# lifespan    loads the model when the app starts, into app.state.saved
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model before the first request; without one the app does not start."""
    try:
        app.state.saved = joblib.load(MODEL_PATH)
    except Exception as problem:
        raise RuntimeError(f"there is no readable model at {MODEL_PATH}") from problem
    app.state.loaded_at = datetime.now(UTC)
    yield




@app.get("/model")
def read_model():
    """Say which model is served, and since when."""
    saved = get_model()
    return {"version": saved["version"], "classes": saved["classes"], "loaded_at": app.state.loaded_at}


# %% predict
# Features    four finite numbers
Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]
Features = Annotated[list[Measurement], Field(min_length=4, max_length=4)]


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: Features


def describe(saved, row):
    """Say which class it is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {"class": number, "label": saved["classes"][number], "model_version": saved["version"]}


@app.post("/predict")
async def predict(flower: Flower):
    """Say which class a flower belongs to."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, [flower.features])
    return describe(saved, answers[0])


# %% confidence
# describe    takes what it took before, and says more
def describe(saved, row):
    """Say which class it is and how sure that is, from the probabilities of one flower."""
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": saved["version"],
    }




# %% batch
# class Flowers           rows: 1 to 1000 times Features
# POST /predict/batch     takes Flowers
class Flowers(BaseModel):
    """The measurements of many flowers."""

    rows: Annotated[list[Features], Field(min_length=1, max_length=1000)]


@app.post("/predict/batch")
async def predict_batch(flowers: Flowers):
    """Say which class each flower belongs to, in the order of the rows."""
    saved = get_model()
    answers = await ask(saved["model"].predict_proba, flowers.rows)
    return {"predictions": [describe(saved, row) for row in answers]}




# %% def_or_async
# ask    takes what it took before, and stops nobody
async def ask(method, rows):
    """Let a method of the model answer for all rows, in a thread."""
    return run_in_threadpool(method, rows)


