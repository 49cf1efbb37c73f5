# The app is wrapped at the end, outside of the handler that answers 500; OpenMetrics; no section marks.
# points: 16
"""Lab 05, written in an editor."""

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


import contextvars
import re
import threading
import time
import uuid
from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

registry = CollectorRegistry()
REQUESTS = Counter("http_requests", "Requests.", ["method", "route", "status"], registry=registry)
SECONDS = Histogram("prediction_seconds", "Predictions.", registry=registry)
request_id = contextvars.ContextVar("request_id")
classify = SECONDS.time()(classify)
probes = APIRouter()
is_ready = threading.Event()


def prepare():
    load_model()
    app.state.saved["model"].predict([[1.0, 2.0, 3.0, 4.0]])
    is_ready.set()


def require_ready():
    if not is_ready.is_set():
        raise HTTPException(503, headers={"Retry-After": "1"})


@probes.get("/health")
async def health():
    return {
        "timestamp": datetime.now(UTC).isoformat(),
        "version": VERSION,
        "model_loaded": app.state.saved is not None,
        "status": "healthy",
    }


@probes.get("/readiness", dependencies=[Depends(require_ready)])
async def readiness():
    return {"status": "ready"}


@probes.get("/metrics")
async def metrics():
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


app.include_router(probes)


@asynccontextmanager
async def lifespan(app):
    threading.Thread(target=prepare, daemon=True).start()
    yield


@app.exception_handler(Exception)
async def unexpected(request, problem):
    return JSONResponse({"detail": f"Something broke. Tell us {request_id.get()}."}, 500)


class Observed:
    """All headers, lines and numbers, around the whole application."""

    def __init__(self, app):
        self.app, self.state = app, app.state

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        sent = dict(scope["headers"]).get(b"x-request-id", b"")
        name = sent.decode() if re.fullmatch(rb"[A-Za-z0-9-]{1,64}", sent) else str(uuid.uuid4())
        request_id.set(name)

        async def observed(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                took = time.perf_counter() - began
                extra = [(b"x-request-id", name.encode()), (b"x-process-time", str(took).encode())]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            route = scope["route"].path if "route" in scope else "none"
            REQUESTS.labels(scope["method"], route, str(status)).inc()
            line = {
                "timestamp": datetime.now(UTC).isoformat(),
                "level": "ERROR" if status == 500 else "INFO",
                "method": scope["method"],
                "route": route,
                "status": status,
                "duration_ms": 1000 * (time.perf_counter() - began),
                "request_id": name,
            }
            print(json.dumps(line), flush=True)


app = Observed(app)
