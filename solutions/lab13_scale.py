"""Lab 13: Batches, a gateway and many servers."""

# %% setup
import gc
import json
import logging
import os
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
import joblib
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, FiniteFloat

TRAINED = Path(__file__).resolve().parent.parent / "data" / "iris.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))
MAX_BATCH = int(os.environ.get("MAX_BATCH", "32"))
MAX_WAIT = float(os.environ.get("MAX_WAIT", "0.005"))
MODEL_URLS = json.loads(os.environ.get("MODEL_URLS", "{}"))
UPSTREAM_TIMEOUT = float(os.environ.get("UPSTREAM_TIMEOUT", "1"))
BREAKER_FAILURES = int(os.environ.get("BREAKER_FAILURES", "5"))
BREAKER_COOLDOWN = float(os.environ.get("BREAKER_COOLDOWN", "10"))

log = logging.getLogger(__name__)
resources = []  # what the app owns while it runs: put @resources.append above @asynccontextmanager


@asynccontextmanager
async def lifespan(app):
    """Load the model, enter each of the resources when the app starts, and leave it when the app ends."""
    app.state.saved = joblib.load(MODEL_PATH)
    async with AsyncExitStack() as stack:
        for make in resources:
            await stack.enter_async_context(make())
        gc.freeze()  # what is loaded by now is no garbage: never look through it again
        gc.set_threshold(10_000)  # and look less often: a request that waits for its batch is no garbage either
        yield
        gc.unfreeze()


app = FastAPI(title="Scale", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


def classify(rows):
    """Return an answer for each row, with one call of the model. It blocks, as long as the model takes."""
    saved = app.state.saved
    names, shares = saved["classes"], saved["model"].predict_proba(rows)
    return [
        {
            "class": number,
            "label": names[number],
            "model_version": saved["version"],
            "confidence": row[number],
            "probabilities": dict(zip(names, row)),
        }
        for number, row in zip(shares.argmax(axis=1).tolist(), shares.tolist())
    ]


async def ask_model(features):
    """Answer for one row, with a call of its own; the exercise microbatch defines this name again."""
    return (await run_in_threadpool(classify, [features]))[0]


@app.post("/predict")
async def predict(flower: Flower) -> dict:
    """Say which class a flower belongs to."""
    return await ask_model(flower.features)


class Unavailable(Exception):
    """A model has not answered: the status says how, and retry_after when to come again, in seconds."""

    def __init__(self, status, retry_after=None):
        self.status, self.retry_after = status, retry_after


@app.exception_handler(Unavailable)
def say_unavailable(request: Request, problem: Unavailable):
    """Answer with the status alone: what exactly went wrong is nobody's business but the log's."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    body = json.dumps({"detail": "The model is not available."})
    return Response(body, problem.status, headers, media_type="application/json")


async def call(name, features):
    """Ask the model of a name, as the slide does: with a client of its own for each request."""
    async with httpx.AsyncClient(timeout=UPSTREAM_TIMEOUT) as client:
        reply = await client.post(f"{MODEL_URLS[name]}/predict", json={"features": features})
    reply.raise_for_status()  # the slide has forgotten this line
    return reply.json()


@app.post("/models/{name}/predict")
async def ask_one(name: str, flower: Flower):
    """Pass on what the model of this name answers."""
    if name not in MODEL_URLS:
        raise HTTPException(404, "There is no such model.")
    try:
        return await call(name, flower.features)
    except Unavailable:
        raise
    except Exception:
        log.exception("call has raised, and not Unavailable")
        raise Unavailable(502)


@app.get("/health")
async def health():
    """Say that it runs."""
    return {"status": "healthy"}


# %% microbatch
import asyncio
from contextlib import asynccontextmanager

from fastapi.concurrency import run_in_threadpool

# ask_model(features)    the same as before; requests at the same time share a call of classify
# and a resource: whoever gathers rows, calls, and hands out the answers
# BEGIN SOLUTION


async def gather_rows(queue):
    """Return those who wait: one, and who else comes within MAX_WAIT, as many as MAX_BATCH."""
    batch = [await queue.get()]
    try:
        async with asyncio.timeout(MAX_WAIT):
            while len(batch) < MAX_BATCH:
                batch.append(await queue.get())
    except TimeoutError:
        pass
    return batch


async def answer(batch):
    """Call the model for all rows, and give each one who waits what belongs to their row."""
    try:
        answers = await run_in_threadpool(classify, [features for features, _ in batch])
    except Exception as problem:
        if len(batch) > 1:
            for one in batch:
                await answer([one])
            return
        answers = [problem]
    for (_, promise), found in zip(batch, answers):
        if promise.done():  # whoever has asked is gone
            continue
        if isinstance(found, Exception):
            promise.set_exception(found)
        else:
            promise.set_result(found)


@resources.append
@asynccontextmanager
async def open_queue():
    """Own a queue, and whoever works it off."""
    queue = app.state.queue = asyncio.Queue()

    async def work():
        while True:
            await answer(await gather_rows(queue))

    worker = asyncio.create_task(work())
    yield
    worker.cancel()


async def ask_model(features):
    """Wait for the answer to one row, which shares a call with others."""
    promise = asyncio.get_running_loop().create_future()
    await app.state.queue.put((features, promise))
    return await promise


# END SOLUTION


# %% upstream
import asyncio
from contextlib import asynccontextmanager

import httpx

# open_client()             a resource: the one client of the app, in app.state.client
# call(name, features)      the same as before, with that client; Unavailable(502) or Unavailable(504) if it fails
# BEGIN SOLUTION


@resources.append
@asynccontextmanager
async def open_client():
    """Own one client for as long as the app runs."""
    async with httpx.AsyncClient(timeout=UPSTREAM_TIMEOUT) as client:
        app.state.client = client
        yield


async def call(name, features):
    """Ask the model of a name; it has UPSTREAM_TIMEOUT seconds for all of its answer."""
    try:
        async with asyncio.timeout(UPSTREAM_TIMEOUT):
            reply = await app.state.client.post(f"{MODEL_URLS[name]}/predict", json={"features": features})
        found = reply.json()
    except (TimeoutError, httpx.TimeoutException):
        raise Unavailable(504)
    except (httpx.HTTPError, ValueError):
        raise Unavailable(502)
    if reply.status_code != 200 or not isinstance(found, dict):
        raise Unavailable(502)
    return found


# END SOLUTION


# %% aggregate
import asyncio


def probabilities(answer):
    """Return the probabilities in a model's answer; None if there are none, or if it is an exception."""
    # BEGIN SOLUTION
    found = answer.get("probabilities") if isinstance(answer, dict) else None
    if not isinstance(found, dict) or not found:
        return None
    fine = all(type(value) in (int, float) and 0 <= value <= 1 for value in found.values())
    return found if fine else None
    # END SOLUTION


@app.post("/aggregate-predict")
async def aggregate(flower: Flower):
    """Ask all models at the same time, and answer with the mean of those that have answered."""
    # BEGIN SOLUTION
    calls = [call(name, flower.features) for name in MODEL_URLS]
    answers = dict(zip(MODEL_URLS, await asyncio.gather(*calls, return_exceptions=True)))
    used = {name: found for name, answer in answers.items() if (found := probabilities(answer))}
    if not used:
        raise Unavailable(502)
    labels = next(iter(used.values()))
    means = {label: sum(found[label] for found in used.values()) / len(used) for label in labels}
    best = max(means, key=means.get)
    return {
        "label": best,
        "confidence": means[best],
        "probabilities": means,
        "used": list(used),
        "missing": [name for name in MODEL_URLS if name not in used],
    }
    # END SOLUTION


# %% breaker
import math
import time

unguarded = call  # the one that stands above

# call(name, features)      asks unguarded, unless the breaker of this model is open: then Unavailable(503, seconds)
# BEGIN SOLUTION
failures = {}  # how many in a row, by model
open_until = {}  # when somebody may try again, by model


async def call(name, features):
    """Ask the model of a name, unless it has just failed too often."""
    left = open_until.get(name, 0) - time.monotonic()
    if left > 0:
        raise Unavailable(503, retry_after=max(1, math.ceil(left)))
    try:
        found = await unguarded(name, features)
    except Exception:
        failures[name] = failures.get(name, 0) + 1
        if failures[name] >= BREAKER_FAILURES:
            open_until[name] = time.monotonic() + BREAKER_COOLDOWN
        raise
    failures[name] = 0
    return found


# END SOLUTION
