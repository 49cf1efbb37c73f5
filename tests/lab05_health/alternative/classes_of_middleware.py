# BaseHTTPMiddleware, asyncio.to_thread, a JSON formatter for logging, a registry of its own.
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
from datetime import datetime, timezone

from starlette.middleware.base import BaseHTTPMiddleware


class Health(BaseModel):
    status: str = "healthy"
    model_loaded: bool
    version: str = VERSION
    timestamp: datetime


@app.get("/health")
def health() -> Health:
    return Health(model_loaded=bool(app.state.saved), timestamp=datetime.now(timezone.utc))


# %% readiness
import asyncio

ready = asyncio.Event()


async def prepare():
    try:
        await asyncio.to_thread(load_model)
        await asyncio.to_thread(classify, [5.8, 2.8, 4.1, 1.3])
        ready.set()
    except Exception as problem:
        logger.error("not ready: %r", problem)


@asynccontextmanager
async def lifespan(app):
    task = asyncio.create_task(prepare())
    yield
    task.cancel()


@app.get("/readiness", responses={503: {"description": "Not ready."}})
async def readiness(response: Response):
    if ready.is_set():
        return {"status": "ready"}
    response.status_code = 503
    response.headers["Retry-After"] = "2"
    return {"status": "not ready"}


# %% request_id
import string
import uuid

SIGNS = frozenset(string.ascii_letters + string.digits + "-")


class RequestIds(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        sent = request.headers.get("x-request-id", "")
        request.state.id = sent if 1 <= len(sent) <= 64 and set(sent) <= SIGNS else uuid.uuid4().hex
        try:
            response = await call_next(request)
        except Exception:
            logger.exception("failed")
            response = Response("Internal Server Error", 500)
        response.headers["x-request-id"] = request.state.id
        return response


app.add_middleware(RequestIds)


# %% timing
import time


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        began = time.monotonic()
        response = await call_next(request)
        response.headers["x-process-time"] = str(time.monotonic() - began)
        return response


app.add_middleware(Timing)


# %% json_logs
import sys


class JsonLines(logging.Formatter):
    def format(self, record):
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        return json.dumps({"timestamp": moment.isoformat(), "level": record.levelname} | record.fields)


lines = logging.getLogger("lab05.lines")
lines.propagate = False
lines.setLevel(logging.INFO)
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonLines())
lines.addHandler(handler)


class Lines(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        began = time.perf_counter()
        response = await call_next(request)
        lines.log(
            logging.INFO if response.status_code < 400 else logging.WARNING,
            "request",
            extra={
                "fields": {
                    "method": request.method,
                    "route": getattr(request.scope.get("route"), "path", "(none)"),
                    "status": response.status_code,
                    "duration_ms": (time.perf_counter() - began) * 1e3,
                    "request_id": request.state.id,
                    "client": request.client.host if request.client else None,
                }
            },
        )
        return response


app.add_middleware(Lines)


# %% metrics
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

registry = CollectorRegistry()
requests = Counter("http_requests_total", "Requests.", ["method", "route", "status"], registry=registry)
seconds = Histogram("prediction_seconds", "Predictions.", buckets=(0.001, 0.01, 0.1, 1), registry=registry)
ask = classify


def classify(features):
    with seconds.time():
        return ask(features)


class Counting(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "(none)")
        requests.labels(method=request.method, route=route, status=str(response.status_code)).inc()
        return response


app.add_middleware(Counting)


@app.get("/metrics", include_in_schema=False)
def metrics():
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
