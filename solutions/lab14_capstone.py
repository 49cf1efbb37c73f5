"""Lab 14: The production service."""

# %% setup
import hashlib
import json
import logging
import re
import threading
import time
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import joblib
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from pydantic_settings import BaseSettings, SettingsConfigDict

DATA = Path(__file__).resolve().parent.parent / "data"
logger = logging.getLogger("lab14")


class Account(BaseModel):
    """What one client may do, and the SHA-256 of each of its keys, as in lab 11."""

    keys: list[str]
    scopes: list[str]


class Client(NamedTuple):
    """Who asks."""

    client: str
    scopes: list[str]


ANA = Account(keys=[hashlib.sha256(b"key-of-ana").hexdigest()], scopes=["predict", "admin"])
BEN = Account(keys=[hashlib.sha256(b"key-of-ben").hexdigest()], scopes=["predict"])


class Settings(BaseSettings):
    """What the environment says; each variable is the field's name in capitals."""

    model_config = SettingsConfigDict(protected_namespaces=())
    model_path: Path = DATA / "iris.joblib"
    model_store: Path = DATA / "capstone" / "store"
    state_path: Path = DATA / "capstone" / "state.json"
    audit_path: Path = DATA / "capstone" / "audit.jsonl"
    api_keys: dict[str, Account] = {"ana": ANA, "ben": BEN}
    burst: int = 20
    rate: float = 5.0
    queue_limit: int = 64
    cache_url: str | None = None
    allowed_origins: str = "http://localhost:3000"


settings = Settings()


class Served(NamedTuple):
    """A model that is served: all that an answer is made from."""

    name: str | None
    model: object
    classes: list[str]
    version: str
    examples: dict | None


def load(path, name=None):
    """Read a bundle, as in lab 03. It raises whatever is wrong with the file."""
    saved = joblib.load(path)
    return Served(name, saved["model"], list(saved["classes"]), saved["version"], saved.get("examples"))


def describe(served, probabilities):
    """Say what a model's probabilities for one row mean."""
    number = int(probabilities.argmax())
    return {
        "class": number,
        "label": served.classes[number],
        "confidence": float(probabilities[number]),
        "probabilities": dict(zip(served.classes, probabilities.tolist(), strict=True)),
        "model_version": served.version,
    }


def replace_file(path, text):
    """Write a file so that nobody ever reads half of it."""
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


class TokenBucket:
    """The bucket of lab 12: `burst` tokens at first, `rate` more a second. Threads may share it."""

    def __init__(self, burst, rate):
        self.burst, self.rate, self.tokens = burst, rate, float(burst)
        self.filled, self.lock = time.monotonic(), threading.Lock()

    def take(self):
        """Take a token and return 0.0, or return the seconds until there is one."""
        with self.lock:
            now = time.monotonic()
            self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
            self.filled = now
            if self.tokens < 1:
                return (1 - self.tokens) / self.rate
            self.tokens -= 1
            return 0.0


OWNERS = {digest: Client(name, one.scopes) for name, one in settings.api_keys.items() for digest in one.keys}


def client_of(request):
    """Return whose key the request has brought, as in lab 11; None if nobody's."""
    key = request.headers.get("X-API-Key", "")
    return OWNERS.get(hashlib.sha256(key.encode("latin-1")).hexdigest())


def request_id_of(request):
    """Return the id of a request, as in lab 05: the one sent if it fits, else a new one, and always the same."""
    if not hasattr(request.state, "request_id"):
        sent = request.headers.get("X-Request-ID", "")
        request.state.request_id = sent if re.fullmatch("[A-Za-z0-9-]{1,64}", sent) else str(uuid.uuid4())
    return request.state.request_id


def problem(request, status, detail, headers=None, **more):
    """Return the problem document of lab 04."""
    document = {"type": "about:blank", "title": f"Status {status}", "status": status, "detail": detail}
    document |= {"instance": request.url.path, "request_id": request_id_of(request), **more}
    return JSONResponse(document, status, headers, media_type="application/problem+json")


# Functions that make an async context manager: the lifespan enters all in order, and leaves them in reverse.
resources = []


@asynccontextmanager
async def lifespan(app):
    """Enter all resources."""
    async with AsyncExitStack() as stack:
        for resource in resources:
            await stack.enter_async_context(resource(app))
        yield


app = FastAPI(title="Production", lifespan=lifespan)
app.state.active = None


@resources.append
@asynccontextmanager
async def first_model(app):
    """Serve MODEL_PATH's model, if there is one that can be read."""
    try:
        app.state.active = load(settings.model_path)
    except Exception:
        logger.exception("no model could be read from %s", settings.model_path)
    yield


def active():
    """Return what is served now; without a model that is a 503."""
    if app.state.active is None:
        raise HTTPException(503, "There is no model.", headers={"Retry-After": "1"})
    return app.state.active


@app.exception_handler(RequestValidationError)
def refuse(request: Request, wrong: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in wrong.errors()]
    return JSONResponse({"detail": errors}, 422)


# Four functions that are called by their names. An exercise defines one of them again, and the last definition counts.
async def enter(request, scope):
    """Let everybody in; door defines this name again."""


async def compute(row):
    """Call the model for one row, in a thread; queue defines this name again."""
    served = active()
    probabilities = await run_in_threadpool(served.model.predict_proba, [row])
    return describe(served, probabilities[0])


async def look_up(row):
    """Return an answer, and "hit", "miss" or None; cache defines this name again."""
    return await compute(row), None


async def answered(request, row, answer):
    """Take note of an answer; books defines this name again."""


def door(scope):
    """Return a dependency that stands at the door."""

    async def guard(request: Request):
        await enter(request, scope)

    return Depends(guard)


class Flower(BaseModel):
    """The four measurements of a flower, in centimetres."""

    model_config = ConfigDict(extra="forbid")
    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


RESPONSES = {401: {"description": "No key"}, 429: {"description": "Too often"}, 503: {"description": "Not now"}}


async def predicted(flower, request, response):
    """Answer a prediction, on whatever route it came."""
    answer, source = await look_up(flower.features)
    if source:
        response.headers["X-Cache"] = source
    await answered(request, flower.features, answer)
    return answer


@app.post("/v2/predict", dependencies=[door("predict")], responses=RESPONSES)
async def predict(flower: Flower, request: Request, response: Response):
    """Say what a flower is."""
    return await predicted(flower, request, response)


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {"status": "healthy"}


@app.get("/readiness")
async def readiness():
    """Say whether there is a model."""
    active()
    return {"status": "ready"}


@app.get("/admin/model", dependencies=[door("admin")])
async def read_model():
    """Say which model is served."""
    return {"version": app.state.active.version if app.state.active else None}


# %% door
import math

# buckets                  a TokenBucket for each client
# enter(request, scope)    lets the request in, or raises 401, 403 or 429
# BEGIN SOLUTION
buckets = {}


async def enter(request, scope):
    """Let a request in whose client may do this, and has a token."""
    client = client_of(request)
    if client is None:
        raise HTTPException(401, "This takes a key.", headers={"WWW-Authenticate": "ApiKey"})
    if scope not in client.scopes:
        raise HTTPException(403, f"This takes the scope {scope}.")
    if scope != "predict":
        return
    bucket = buckets.setdefault(client.client, TokenBucket(settings.burst, settings.rate))
    if wait := bucket.take():
        raise HTTPException(429, "You ask too often.", headers={"Retry-After": str(max(1, math.ceil(wait)))})


# END SOLUTION


# %% one_voice
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException as AnyHTTPException

# two handlers      for AnyHTTPException and RequestValidationError: each answers with a problem document
# a middleware      catches what is raised, and gives each response its id
# CORSMiddleware    around all of it
# BEGIN SOLUTION


@app.exception_handler(AnyHTTPException)
def say_error(request: Request, error: AnyHTTPException):
    """Answer with a problem document, and keep the headers."""
    return problem(request, error.status_code, error.detail, error.headers)


@app.exception_handler(RequestValidationError)
def say_invalid(request: Request, error: RequestValidationError):
    """Name the fields, without repeating what was sent."""
    errors = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    return problem(request, 422, "The request is not valid.", errors=errors)


@app.middleware("http")
async def one_voice(request: Request, call_next):
    """Answer for whatever raises, and name the request."""
    try:
        response = await call_next(request)
    except Exception:
        logger.exception("request %s failed", request_id_of(request))
        response = problem(request, 500, "Something went wrong here.")
    response.headers["X-Request-ID"] = request_id_of(request)
    return response


app.add_middleware(
    CORSMiddleware,
    allow_origins=[origin.strip() for origin in settings.allowed_origins.split(",")],
    allow_methods=["GET", "POST", "PUT"],
    allow_headers=["X-API-Key", "Content-Type", "X-Request-ID"],
    expose_headers=["X-Request-ID", "Retry-After"],
)
# END SOLUTION


# %% versions
# POST /v1/predict    {"class": int}, deprecated; through `predicted`, as /v2/predict
# BEGIN SOLUTION
SUCCESSOR = {"Deprecation": "@1767225600", "Link": '</v2/predict>; rel="successor-version"'}


@app.post("/v1/predict", deprecated=True, dependencies=[door("predict")], responses=RESPONSES)
async def predict_v1(flower: Flower, request: Request, response: Response):
    """Say which class a flower belongs to, as two years ago."""
    response.headers.update(SUCCESSOR)
    answer = await predicted(flower, request, response)
    return {"class": answer["class"]}


# END SOLUTION


# %% cache
from contextlib import suppress

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# store                   a client of Valkey that gives up early and never tries again; None without CACHE_URL
# key_of(version, row)    the same in each process
# look_up(row)            the answer, and "hit" or "miss"
# BEGIN SOLUTION
LIMITS = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25, "retry": Retry(NoBackoff(), 0)}
store = redis.Redis.from_url(settings.cache_url, **LIMITS) if settings.cache_url else None


def key_of(version, row):
    """Return the key of an answer."""
    return "answer:" + hashlib.sha256(json.dumps([version, row]).encode()).hexdigest()


async def look_up(row):
    """Return an answer that some process knows, or compute one."""
    if store is None:
        return await compute(row), "miss"
    with suppress(redis.RedisError, ValueError):
        known = json.loads(await store.get(key_of(active().version, row)) or "null")
        if isinstance(known, dict):
            return known, "hit"
    answer = await compute(row)
    with suppress(redis.RedisError):
        await store.set(key_of(answer["model_version"], row), json.dumps(answer), ex=3600)
    return answer, "miss"


# END SOLUTION


# %% queue
import asyncio

MOST = 32
waiting = []  # pairs of a row and the future of its answer
somebody = asyncio.Event()

# compute(row)    waits for the next call; a 503 if too many wait
# a resource      starts the task that calls the model for all who wait, and ends it
# BEGIN SOLUTION


async def compute(row):
    """Wait for the next call of the model, with all the others."""
    active()
    if len(waiting) >= settings.queue_limit:
        raise HTTPException(503, "Too many wait.", headers={"Retry-After": "1"})
    answer = asyncio.get_running_loop().create_future()
    waiting.append((row, answer))
    somebody.set()
    return await answer


async def call(batch):
    """Call the model once, and tell everybody what came of it."""
    served = active()
    try:
        probabilities = await run_in_threadpool(served.model.predict_proba, [row for row, _ in batch])
        results = [describe(served, one) for one in probabilities]
    except Exception as wrong:
        for _, answer in batch:
            if not answer.done():
                answer.set_exception(wrong)
        return
    for (_, answer), result in zip(batch, results, strict=True):
        if not answer.done():
            answer.set_result(result)


async def work():
    """Call the model for those who wait, one call after the other."""
    while True:
        await somebody.wait()
        somebody.clear()
        while waiting:
            batch, waiting[:] = waiting[:MOST], waiting[MOST:]
            await call(batch)


@resources.append
@asynccontextmanager
async def worker(app):
    """Let the work be done while the app runs."""
    task = asyncio.create_task(work())
    yield
    task.cancel()


# END SOLUTION


# %% hot_swap
Name = Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")]


class Choice(BaseModel):
    """Which model is to be served."""

    name: Name


# tried(name)         the bundle of that name, if its model still says what it said when it was saved
# chosen()            the name in STATE_PATH; None if there is none
# PUT /admin/model    the model of that name is served, and its name is kept in STATE_PATH
# a resource          serves the model that was chosen before the restart
# BEGIN SOLUTION
def tried(name):
    """Load a bundle, and try its model on its examples. It raises whatever is wrong."""
    served = load(settings.model_store / f"{name}.joblib", name)
    found = served.model.predict_proba(served.examples["rows"])
    labels = [describe(served, one)["label"] for one in found]
    if labels != list(served.examples["labels"]):
        raise ValueError("it does not say what it said when it was saved")
    return served


def chosen():
    """Return the name that was chosen last, if it can be read."""
    try:
        return Choice.model_validate_json(settings.state_path.read_bytes()).name
    except (OSError, ValueError):
        return None


@app.put("/admin/model", dependencies=[door("admin")])
async def choose(choice: Choice):
    """Serve another model, if it is as good as it says."""
    if not (settings.model_store / f"{choice.name}.joblib").is_file():
        raise HTTPException(404, "There is no such model.")
    try:
        served = await run_in_threadpool(tried, choice.name)
    except Exception as wrong:
        logger.warning("%s is not served: %r", choice.name, wrong)
        raise HTTPException(422, "This model cannot be served.") from None
    replace_file(settings.state_path, choice.model_dump_json())
    app.state.active = served
    return {"version": served.version}


@resources.append
@asynccontextmanager
async def remembered(app):
    """Serve what was chosen before, if it is still there."""
    if name := chosen():
        try:
            app.state.active = await run_in_threadpool(tried, name)
        except Exception:
            logger.exception("%s is gone", name)
    yield


# END SOLUTION


# %% books
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
PREDICTIONS = Counter("predictions", "Predictions that were answered.", ["model_version"])

# answered(request, row, answer)    counts, and writes a line into AUDIT_PATH
# a middleware around all others    prints a line of JSON, and counts
# GET /metrics                      what generate_latest() says
# BEGIN SOLUTION


def write(line):
    """Add a line to the audit, in one piece: another process may do so at the same time."""
    with settings.audit_path.open("a", encoding="utf-8") as audit:
        audit.write(json.dumps(line) + "\n")


async def answered(request, row, answer):
    """Take note of an answer."""
    client = client_of(request)
    line = {"request_id": request_id_of(request), "client": client.client if client else None, "features": row}
    await run_in_threadpool(write, line | {key: answer[key] for key in ("model_version", "label")})
    PREDICTIONS.labels(answer["model_version"]).inc()


@app.middleware("http")
async def keep_books(request: Request, call_next):
    """Print a line about each request, and count it, also where it has failed."""
    began, status = time.perf_counter(), 500
    try:
        response = await call_next(request)
        status = response.status_code
        return response
    finally:
        client, route = client_of(request), getattr(request.scope.get("route"), "path", None) or "unknown"
        REQUESTS.labels(request.method, route, status).inc()
        line = {
            "timestamp": datetime.now(UTC).isoformat(),
            "level": "ERROR" if status >= 500 else "INFO",
            "method": request.method,
            "route": route,
            "status": status,
            "duration_ms": round(1000 * (time.perf_counter() - began), 3),
            "request_id": request_id_of(request),
            "client": client.client if client else None,
        }
        print(json.dumps(line), flush=True)


@app.get("/metrics")
async def metrics():
    """Return all counters."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


# END SOLUTION


# %% under_fire
import asyncio


# a resource    looks every half second whether another replica was told to serve another model, and serves it
# BEGIN SOLUTION
async def follow(app):
    """Serve what STATE_PATH says, also where another process was told so."""
    while True:
        await asyncio.sleep(0.5)
        name = chosen()
        if name is None or (app.state.active and name == app.state.active.name):
            continue
        try:
            served = await run_in_threadpool(tried, name)
        except Exception:
            logger.exception("%s cannot be followed", name)
            continue
        if chosen() == name:  # somebody may have chosen again meanwhile
            app.state.active = served


@resources.append
@asynccontextmanager
async def follower(app):
    """Follow while the app runs."""
    task = asyncio.create_task(follow(app))
    yield
    task.cancel()


# END SOLUTION
