"""Lab 12: Rate limits, caches and drift."""

# %% setup
import json
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import joblib
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, FiniteFloat

TRAINED = Path(__file__).resolve().parent.parent / "data" / "iris.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))
API_KEYS = json.loads(os.environ.get("API_KEYS", '{"key-of-ada": "ada", "key-of-bob": "bob"}'))
RATE = float(os.environ.get("RATE", "5"))
BURST = int(os.environ.get("BURST", "10"))
OPEN_LIMIT = os.environ.get("OPEN_LIMIT", "30/minute")
CACHE_URL = os.environ.get("CACHE_URL")
CACHE_SIZE = int(os.environ.get("CACHE_SIZE", "1000"))
CACHE_SECONDS = float(os.environ.get("CACHE_SECONDS", "300"))
DRIFT_WINDOW = int(os.environ.get("DRIFT_WINDOW", "500"))
DRIFT_MINIMUM = int(os.environ.get("DRIFT_MINIMUM", "100"))


@asynccontextmanager
async def lifespan(app):
    """Load the model, and open nothing else."""
    app.state.saved = joblib.load(MODEL_PATH)
    yield


app = FastAPI(title="Traffic", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


def client_of(x_api_key: Annotated[str | None, Header()] = None) -> str:
    """Return the name of the client whose key this is."""
    if x_api_key not in API_KEYS:
        raise HTTPException(401, "This takes a key.", headers={"WWW-Authenticate": "ApiKey"})
    return API_KEYS[x_api_key]


def classify(features):
    """Let the model answer. It blocks, and calls the model once."""
    saved = app.state.saved
    row = saved["model"].predict_proba([features])[0]
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist(), strict=True)),
        "model_version": saved["version"],
    }


# Five functions that the route below calls by their names. An exercise defines one of them again, and the last
# definition counts.
async def compute(features):
    """Return the answer of the model; single_flight defines this name again."""
    return await run_in_threadpool(classify, features)


async def fetch(features):
    """Return an answer, and "hit" or "miss"; shared_cache defines this name again."""
    return await compute(features), "miss"


async def answer(features):
    """Return an answer, and "hit" or "miss"; cache defines this name again."""
    return await fetch(features)


def admit(client):
    """Let a client in, and return headers for the answer; limit defines this name again."""
    return {}


def remember(features):
    """Take note of what was asked; drift defines this name again."""


Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: Annotated[list[Measurement], Field(min_length=4, max_length=4)]


@app.post("/predict")
async def predict(flower: Flower, response: Response, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower belongs to."""
    response.headers.update(admit(client))
    result, source = await answer(flower.features)
    response.headers["X-Cache"] = source
    remember(flower.features)
    return result


# %% limit
import math
import time


class Bucket:
    """Tokens for one client: BURST at first, RATE more a second, never more than BURST."""

    def __init__(self):
        self.tokens = float(BURST)
        self.filled = time.monotonic()

    def take(self):
        """Take one token, if there is a whole one; say whether there was."""
        # BEGIN SOLUTION
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.filled) * RATE)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
        # END SOLUTION


# buckets          a bucket for each client
# admit(client)    the headers of the answer, or raises the 429
# BEGIN SOLUTION
buckets = {}


def admit(client):
    """Let a client in that has a token: return the headers of the answer, or raise the 429."""
    bucket = buckets.setdefault(client, Bucket())
    admitted = bucket.take()
    headers = {"X-RateLimit-Limit": str(BURST), "X-RateLimit-Remaining": str(int(bucket.tokens))}
    if not admitted:
        wait = max(1, math.ceil((1 - bucket.tokens) / RATE))
        raise HTTPException(429, "You ask too often.", headers=headers | {"Retry-After": str(wait)})
    return headers


# END SOLUTION


# %% open_limit
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.util import get_remote_address

# limiter              a Limiter that counts in the store, and by itself where there is none
# RateLimitExceeded    becomes a 429 with Retry-After
# GET /model           the version and the classes, at most OPEN_LIMIT for each address
# BEGIN SOLUTION
limiter = Limiter(
    key_func=get_remote_address,
    storage_uri=CACHE_URL or "memory://",
    storage_options={"socket_timeout": 0.2, "socket_connect_timeout": 0.2} if CACHE_URL else {},
    in_memory_fallback_enabled=True,
    headers_enabled=True,
)
app.state.limiter = limiter
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)


@app.get("/model")
@limiter.limit(OPEN_LIMIT)
def read_model(request: Request, response: Response):
    """Say which model is served."""
    return {"version": app.state.saved["version"], "classes": app.state.saved["classes"]}


# END SOLUTION


# %% cache
from cachetools import TTLCache

# answers             the latest answers: CACHE_SIZE of them at most, each for CACHE_SECONDS
# answer(features)    one of those, or what `fetch` says
# BEGIN SOLUTION
answers = TTLCache(CACHE_SIZE, CACHE_SECONDS)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(features)
    known = answers.get(question)
    if known is not None:
        return known, "hit"
    result, source = await fetch(features)
    answers[question] = result
    return result, source


# END SOLUTION


# %% shared_cache
import hashlib
from contextlib import suppress

import redis.asyncio as redis

# store              a client of the store, or None
# key_of(features)   the same in each process; another one for another model
# fetch(features)    what the store knows, or what `compute` says
# BEGIN SOLUTION
store = redis.Redis.from_url(CACHE_URL, socket_timeout=0.2, socket_connect_timeout=0.2) if CACHE_URL else None


def key_of(features):
    """Return the key of an answer."""
    question = json.dumps([app.state.saved["version"], features])
    return "answer:" + hashlib.sha256(question.encode()).hexdigest()


async def look_up(key):
    """Return what the store knows; None if that is nothing, or cannot be read, or the store does not answer."""
    try:
        found = json.loads(await store.get(key) or "null")
    except (redis.RedisError, ValueError):
        return None
    return found if isinstance(found, dict) else None


async def keep(key, result):
    """Let the store know an answer, if it can be reached."""
    with suppress(redis.RedisError):
        await store.set(key, json.dumps(result), px=max(1, int(CACHE_SECONDS * 1000)))


async def fetch(features):
    """Return an answer that some process knows, or compute one."""
    if store is None:
        return await compute(features), "miss"
    known = await look_up(key_of(features))
    if known is not None:
        return known, "hit"
    result = await compute(features)
    await keep(key_of(features), result)
    return result, "miss"


# END SOLUTION


# %% single_flight
import asyncio

# flights              the calls of the model that are under way, each by its question
# compute(features)    the answer of the model, which is called once for all who ask the same at the same time
# BEGIN SOLUTION
flights = {}


async def compute(features):
    """Return the answer of the model, which is called once for all who ask the same at the same time."""
    question = tuple(features)
    if question not in flights:
        flights[question] = asyncio.create_task(run_in_threadpool(classify, features))
        flights[question].add_done_callback(lambda task: flights.pop(question))
    return await flights[question]


# END SOLUTION


# %% drift
import math
from bisect import bisect_right
from collections import Counter, deque

rows = deque(maxlen=DRIFT_WINDOW)  # the last rows that were answered
FLOOR = 0.001

# remember(features)    takes note of a row that was answered
# BEGIN SOLUTION


def remember(features):
    """Take note of a row that was answered."""
    rows.append(features)


# END SOLUTION


def psi(values, edges, shares):
    """Say how far the values of one feature are from the reference."""
    # BEGIN SOLUTION
    counts = Counter(bisect_right(edges, value) for value in values)
    total = 0.0
    for number, share in enumerate(shares):
        p = max(counts[number] / len(values), FLOOR)
        q = max(share, FLOOR)
        total += (p - q) * math.log(p / q)
    return total
    # END SOLUTION


@app.get("/drift")
async def read_drift():
    """Say whether what is asked is still what the model was trained on."""
    # BEGIN SOLUTION
    if len(rows) < DRIFT_MINIMUM:
        return {"rows": len(rows), "status": "waiting", "psi": None}
    reference = app.state.saved["reference"]
    columns = zip(zip(*rows), reference["edges"], reference["shares"])
    values = [psi(*column) for column in columns]
    return {"rows": len(rows), "status": "drifting" if max(values) > 0.25 else "stable", "psi": values}
    # END SOLUTION
