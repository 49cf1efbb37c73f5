"""Health, readiness and observability."""

# %% setup
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
MODEL_PATH = os.environ.get("MODEL_PATH", Path(__file__).resolve().parent.parent / "data" / "iris.joblib")
MODELS = {"iris": "Three kinds of iris, by four lengths.", "digits": "Ten handwritten digits, by 64 pixels."}

log = logging.getLogger("lab05")


def load_model():
    """Read the model from its file. That can take long, and it can fail."""
    saved = joblib.load(MODEL_PATH)
    app.state.classes = saved["classes"]
    app.state.model_version = saved["version"]
    app.state.model = saved["model"]


def begin_loading():
    """The server calls this once, when it starts. Here it waits until the model is there."""
    try:
        load_model()
    except Exception:
        log.exception("the model was not loaded")


@asynccontextmanager
async def lifespan(app):
    """Start and stop the application."""
    begin_loading()
    yield


app = FastAPI(title="Observable API", version=VERSION, lifespan=lifespan)
app.state.model = None


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong with a request, without repeating what was sent."""
    errors = [{"loc": error["loc"], "msg": error["msg"]} for error in problem.errors()]
    return JSONResponse({"detail": errors}, status_code=422)


class Flower(BaseModel):
    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


def classify(features):
    """Ask the model for the class of one flower."""
    return int(app.state.model.predict([features])[0])


@app.post("/predict")
def predict(flower: Flower):
    """Say which kind of flower it is."""
    if app.state.model is None:
        raise HTTPException(503, "the model is not loaded", headers={"Retry-After": "1"})
    number = classify(flower.features)
    return {"class": number, "label": app.state.classes[number], "model_version": app.state.model_version}


@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Describe one model."""
    if model_id not in MODELS:
        raise HTTPException(404, "there is no model of this name", headers={"X-Error": "ModelNotFound"})
    return {"id": model_id, "description": MODELS[model_id]}


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
        "model_loaded": app.state.model is not None,
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    # END SOLUTION


# %% readiness
# prepare()         loads the model, tries it once, and sets app.state.ready if both went well
# begin_loading()   a new one, which starts prepare() in a thread and does not wait for it
# GET /readiness    503 with Retry-After, or 200
# BEGIN SOLUTION
import threading

app.state.ready = False


def prepare():
    """Load the model and try it once."""
    try:
        load_model()
        app.state.model.predict([[5.1, 3.5, 1.4, 0.2]])
        app.state.ready = True
    except Exception:
        log.exception("the model is not ready")


def begin_loading():
    """Begin to load the model, without waiting for it."""
    threading.Thread(target=prepare, daemon=True).start()


@app.get("/readiness")
async def readiness():
    """Say whether requests can be sent here."""
    if not app.state.ready:
        raise HTTPException(503, "not ready", headers={"Retry-After": "1"})
    return {"status": "ready"}


# END SOLUTION


# %% request_id
# choose_id(sent)                       the id that was sent, if it is one, else a new one
# add_request_id(request, call_next)    a middleware; it also turns what is raised into a 500
# BEGIN SOLUTION
import re
import uuid


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
        log.exception("request %s failed", request.state.request_id)
        response = JSONResponse({"detail": "Internal Server Error"}, status_code=500)
    response.headers["X-Request-ID"] = request.state.request_id
    return response


# END SOLUTION


# %% timing
# add_process_time(request, call_next)    a middleware around the one before
# BEGIN SOLUTION
import time


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


def route_of(request):
    """Return the template of the route that took a request, or one fixed word if none did."""
    # BEGIN SOLUTION
    route = request.scope.get("route")
    return route.path if route else "unknown"
    # END SOLUTION


# write_line(request, call_next)    a middleware that prints one line of JSON
# BEGIN SOLUTION
@app.middleware("http")
async def write_line(request: Request, call_next):
    """Print one line about each request."""
    began = time.perf_counter()
    response = await call_next(request)
    line = {
        "timestamp": datetime.now(UTC).isoformat(),
        "level": "ERROR" if response.status_code >= 500 else "INFO",
        "method": request.method,
        "route": route_of(request),
        "status": response.status_code,
        "duration_ms": round(1000 * (time.perf_counter() - began), 3),
        "request_id": request.state.request_id,
    }
    print(json.dumps(line), flush=True)
    return response


# END SOLUTION


# %% metrics
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

# REQUESTS, PREDICTIONS                a counter with three labels, and a histogram
# count_request(request, call_next)    a middleware that counts
# GET /metrics                         generate_latest(), as it is
# BEGIN SOLUTION
REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
PREDICTIONS = Histogram("prediction_seconds", "How long the model took for one prediction.")

classify = PREDICTIONS.time()(classify)


@app.middleware("http")
async def count_request(request: Request, call_next):
    """Count each request by what it asked for and what came of it."""
    response = await call_next(request)
    REQUESTS.labels(request.method, route_of(request), response.status_code).inc()
    return response


@app.get("/metrics")
async def metrics():
    """Tell every number that is counted here."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


# END SOLUTION
