"""Lab 05: Health, readiness and observability."""

# %% setup
import json
import logging
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import joblib
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, FiniteFloat

VERSION = "1.0.0"
TRAINED = Path(__file__).resolve().parent.parent / "data" / "iris.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))
MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}

logger = logging.getLogger("lab05")


def load_model():
    """Read what was saved: a dict with the model, its classes and its version. It can take long, and it can fail."""
    app.state.saved = joblib.load(MODEL_PATH)


@asynccontextmanager
async def lifespan(app):
    """Load the model before the server answers, as in lab 03; the exercise readiness defines this name again."""
    try:
        load_model()
    except Exception:
        logger.exception("no model could be read from %s", MODEL_PATH)
    yield


# `lifespan` stands behind a lambda, so that the name is looked up when the app starts: the last definition counts.
app = FastAPI(title="Iris API", version=VERSION, lifespan=lambda app: lifespan(app))
app.state.saved = None


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class Flower(BaseModel):
    """The four measurements of a flower, in centimetres."""

    features: Annotated[list[Measurement], Field(min_length=4, max_length=4)]


def classify(features):
    """Ask the model for the class of one flower."""
    return int(app.state.saved["model"].predict([features])[0])


@app.post("/predict")
def predict(flower: Flower):
    """Name a flower."""
    if app.state.saved is None:
        raise HTTPException(503, "The model is not loaded.", headers={"Retry-After": "1"})
    number = classify(flower.features)
    return {
        "class": number,
        "label": app.state.saved["classes"][number],
        "model_version": app.state.saved["version"],
    }


@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(404, "There is no such model.", headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]


@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number, and break if that is 0."""
    return {"result": 1 / divide_by}


# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    # BEGIN SOLUTION
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    # END SOLUTION


# %% readiness
import threading

app.state.ready = False


def prepare():
    """Load the model, try it once, and then say in app.state.ready that both went well."""
    # BEGIN SOLUTION
    try:
        load_model()
        app.state.saved["model"].predict([[5.1, 3.5, 1.4, 0.2]])
        app.state.ready = True
    except Exception:
        logger.exception("the model is not ready")
    # END SOLUTION


# lifespan(app)    starts prepare() in a thread, and does not wait for it
# BEGIN SOLUTION
@asynccontextmanager
async def lifespan(app):
    """Begin to load the model, and let the server start."""
    threading.Thread(target=prepare, daemon=True).start()
    yield


# END SOLUTION


@app.get("/readiness")
async def readiness():
    """Say whether requests can be sent here: 200, or 503 with Retry-After."""
    # BEGIN SOLUTION
    if not app.state.ready:
        raise HTTPException(503, "Not ready.", headers={"Retry-After": "1"})
    return {"status": "ready"}
    # END SOLUTION


# %% request_id
import re
import uuid


# choose_id(sent)                      the id that was sent, if it is one, else a new one
# add_request_id(request, call_next)   a middleware, which answers 500 where something was raised
# BEGIN SOLUTION
def choose_id(sent):
    """Return the id that the client sent if it is one, else a new one."""
    if sent is not None and re.fullmatch("[A-Za-z0-9-]{1,64}", sent):
        return sent
    return str(uuid.uuid4())


@app.middleware("http")
async def add_request_id(request: Request, call_next):
    """Give each response the id of its request, also where the request has failed."""
    request.state.request_id = choose_id(request.headers.get("X-Request-ID"))
    try:
        response = await call_next(request)
    except Exception:
        logger.exception("request %s failed", request.state.request_id)
        response = JSONResponse({"detail": "Internal Server Error"}, status_code=500)
    response.headers["X-Request-ID"] = request.state.request_id
    return response


# END SOLUTION


# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
# BEGIN SOLUTION
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - began:.6f}"
    return response


# END SOLUTION


# %% json_logs
import json
import time
from datetime import UTC, datetime


# write_line(request, call_next)   a middleware that prints one line of JSON
# BEGIN SOLUTION
@app.middleware("http")
async def write_line(request: Request, call_next):
    """Print one line about each request."""
    began = time.perf_counter()
    response = await call_next(request)
    route = request.scope.get("route")
    line = {
        "timestamp": datetime.now(UTC).isoformat(),
        "level": "ERROR" if response.status_code >= 500 else "INFO",
        "method": request.method,
        "route": route.path if route else "unknown",
        "status": response.status_code,
        "duration_ms": round(1000 * (time.perf_counter() - began), 3),
        "request_id": response.headers.get("X-Request-ID"),
    }
    print(json.dumps(line), flush=True)
    return response


# END SOLUTION


# %% metrics
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

# REQUESTS, PREDICTIONS               a counter with three labels, and a histogram
# classify                            the same function, timed by the histogram
# count_request(request, call_next)   a middleware that counts
# GET /metrics                        the text that generate_latest() returns
# BEGIN SOLUTION
REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
PREDICTIONS = Histogram("prediction_seconds", "How long the model took for one prediction.")

classify = PREDICTIONS.time()(classify)


@app.middleware("http")
async def count_request(request: Request, call_next):
    """Count each request by what it asked for and what came of it."""
    response = await call_next(request)
    route = request.scope.get("route")
    REQUESTS.labels(request.method, route.path if route else "unknown", response.status_code).inc()
    return response


@app.get("/metrics")
async def metrics():
    """Tell every number that is counted here."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


# END SOLUTION
