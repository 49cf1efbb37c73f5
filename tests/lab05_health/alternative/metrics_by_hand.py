# Text written by hand, without prometheus_client; a pool for the load; one middleware for everything.
# points: 16
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
import datetime


@app.get("/health/")
def health():
    return dict(
        status="healthy",
        model_loaded=isinstance(app.state.saved, dict),
        version="1.0.0",
        timestamp=datetime.datetime.now().astimezone().isoformat(),
    )


# %% readiness
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)
prepared = None


def prepare():
    load_model()
    return app.state.saved["model"].predict([[4.9, 3.0, 1.4, 0.2]])


@asynccontextmanager
async def lifespan(app):
    global prepared
    prepared = pool.submit(prepare)
    yield
    pool.shutdown(wait=False, cancel_futures=True)


@app.get("/readiness")
async def readiness():
    if prepared is None or not prepared.done() or prepared.exception() is not None:
        return Response("", 503, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})
    return {"status": "ready"}


# %% request_id
import re
import uuid

# the middleware stands in metrics

# %% timing
import time

# the middleware stands in metrics

# %% json_logs
import sys

# the middleware stands in metrics

# %% metrics
import threading
from collections import Counter

counts, sums = Counter(), Counter()
lock = threading.Lock()
BOUNDS = [0.01, 0.1, 1.0, float("inf")]
given = classify


def classify(features):
    began = time.perf_counter()
    answer = given(features)
    took = time.perf_counter() - began
    with lock:
        sums["seconds"] += took
        sums["count"] += 1
        for bound in BOUNDS:
            sums[bound] += took <= bound
    return answer


@app.middleware("http")
async def everything(request: Request, call_next):
    began = time.perf_counter()
    sent = request.headers.get("X-Request-ID", "")
    name = sent if re.fullmatch(r"[a-zA-Z0-9\-]{1,64}", sent) else f"{uuid.uuid4()}"
    try:
        response = await call_next(request)
    except Exception as problem:
        print(type(problem).__name__, file=sys.stderr)
        response = JSONResponse({"error": name}, 500)
    took = time.perf_counter() - began
    route = request.scope["route"].path if "route" in request.scope else "-"
    response.headers["X-Request-ID"] = name
    response.headers["X-Process-Time"] = repr(took)
    counts[request.method, route, response.status_code] += 1
    line = {
        "request_id": name,
        "duration_ms": 1000 * took,
        "status": response.status_code,
        "route": route,
        "method": request.method,
        "level": "INFO",
        "timestamp": datetime.datetime.now(datetime.UTC).isoformat(),
        "message": "answered",
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return response


@app.get("/metrics")
async def metrics():
    text = ["# TYPE http_requests_total counter"]
    for (method, route, status), count in counts.items():
        text.append(f'http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
    text.append("# TYPE prediction_seconds histogram")
    for bound in BOUNDS:
        text.append(f'prediction_seconds_bucket{{le="{bound if bound < 9 else "+Inf"}"}} {sums[bound]}')
    text += [f"prediction_seconds_sum {float(sums['seconds'])}", f"prediction_seconds_count {sums['count']}", ""]
    return Response("\n".join(text), media_type="text/plain; version=0.0.4")
