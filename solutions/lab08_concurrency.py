"""Lab 08: Async, threads and processes."""

# %% setup
import asyncio
import hashlib
import json
import os
import time
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, FiniteFloat

UPSTREAM_URL = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:8800")
DEADLINE = float(os.environ.get("DEADLINE", "1"))
ROUNDS = int(os.environ.get("ROUNDS", "150000"))
SAVING = float(os.environ.get("SAVING", "0.5"))
TRAINING = float(os.environ.get("TRAINING", "2"))
PREDICTION_LOG = Path(os.environ.get("PREDICTION_LOG", Path(__file__).with_suffix(".jsonl")))
AT_ONCE, WAITING = 2, 4

resources = []  # what the app owns while it runs: put @resources.append above @asynccontextmanager


@asynccontextmanager
async def lifespan(app):
    """Enter each of the resources when the app starts, and leave it when the app ends."""
    async with AsyncExitStack() as stack:
        for make in resources:
            await stack.enter_async_context(make())
        yield


app = FastAPI(title="Concurrency", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


async def call(method, path, **more):
    """Ask the upstream, as the slide does: with a client of its own for each request."""
    async with httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=None) as client:
        response = await client.request(method, path, **more)
        response.raise_for_status()
        return response


async def fetch(name):
    """Ask the upstream for one feature."""
    return (await call("GET", f"/features/{name}")).json()


Name = Annotated[str, Field(pattern="^[a-z_]{1,30}$")]


@app.get("/raw/{name}")
async def read_raw(name: Name):
    """Pass on one feature of the upstream, however that goes."""
    return await fetch(name)


look_up = fetch  # what GET /features/{name} calls; the exercise deadline gives this name something better


@app.get("/features/{name}")
async def read_feature(name: Name):
    """Pass on one feature of the upstream."""
    return await look_up(name)


def slow_hash(text):
    """Hash a text many times, in a loop of Python, as a model of somebody else's might."""
    digest = text.encode()
    for _ in range(ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return {"digest": digest.hex(), "pid": os.getpid()}


async def compute(text):
    """Compute the hash of a text in a thread; the exercise processes defines this name again."""
    return await asyncio.to_thread(slow_hash, text)


class Text(BaseModel):
    text: str = Field(min_length=1, max_length=1000)


@app.post("/fingerprint")
async def fingerprint(body: Text):
    """Hash a text."""
    return await compute(body.text)


async def continue_text(prompt):
    """Let the upstream go on with a text; the exercise capacity defines this name again."""
    return (await call("POST", "/generate", json={"prompt": prompt})).json()


class Prompt(BaseModel):
    prompt: str = Field(min_length=1, max_length=1000)


@app.post("/generate")
async def generate(body: Prompt):
    """Go on with a text."""
    return await continue_text(body.prompt)


def guess(features):
    """Say of four measurements whether they are long or short. It takes no time."""
    return "long" if sum(features) > 10 else "short"


def save(entry):
    """Write an entry to the log of predictions. It takes a while, and raises OSError where it cannot."""
    time.sleep(SAVING)
    with PREDICTION_LOG.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def train(depth):
    """Train a model. It takes long, and a large one does not fit."""
    time.sleep(TRAINING)
    if depth > 10:
        raise RuntimeError("out of memory on node gpu-7")
    return {"depth": depth, "accuracy": round(1 - 1 / (depth + 1), 3)}


class Flower(BaseModel):
    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


class Depth(BaseModel):
    depth: int = Field(ge=1, le=20)


@app.get("/ping")
async def ping():
    """Answer at once."""
    return {"pid": os.getpid()}


# %% client
from contextlib import asynccontextmanager

import httpx

# open_client()                 a resource: the one client of the app, in app.state.client
# call(method, path, **more)    the same as before, with that client
# BEGIN SOLUTION


@resources.append
@asynccontextmanager
async def open_client():
    """Own one client for as long as the app runs."""
    async with httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=None) as client:
        app.state.client = client
        yield


async def call(method, path, **more):
    """Ask the upstream with the client of the app."""
    response = await app.state.client.request(method, path, **more)
    response.raise_for_status()
    return response


# END SOLUTION


# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    # BEGIN SOLUTION
    answers = await asyncio.gather(*map(fetch, names), return_exceptions=True)
    features = [answer for answer in answers if not isinstance(answer, Exception)]
    missing = [name for name, answer in zip(names, answers) if isinstance(answer, Exception)]
    return {"features": features, "missing": missing}
    # END SOLUTION


# %% deadline
import asyncio

import httpx


async def look_up(name):
    """Fetch a feature in time, and answer 504, 404 or 502 where that does not go well."""
    # BEGIN SOLUTION
    try:
        async with asyncio.timeout(DEADLINE):
            return await fetch(name)
    except TimeoutError:
        raise HTTPException(504, "The feature store did not answer in time.")
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "There is no such feature.")
        raise HTTPException(502, "The feature store has failed.")
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
    # END SOLUTION


# %% processes
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager

# open_pool()       a resource: two processes, in app.state.pool
# compute(text)     slow_hash(text) in one of them
# BEGIN SOLUTION


@resources.append
@asynccontextmanager
async def open_pool():
    """Own two processes for as long as the app runs."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        app.state.pool = pool
        yield


async def compute(text):
    """Compute the hash of a text in another process."""
    return await asyncio.get_running_loop().run_in_executor(app.state.pool, slow_hash, text)


# END SOLUTION


# %% capacity
import asyncio

places = asyncio.Semaphore(AT_ONCE)
inside = 0


async def continue_text(prompt):
    """Let the upstream go on with a text, if there is a place."""
    global inside
    # BEGIN SOLUTION
    if inside >= AT_ONCE + WAITING:
        raise HTTPException(503, "All places are taken.", headers={"Retry-After": "1"})
    inside += 1
    try:
        async with places:
            return (await call("POST", "/generate", json={"prompt": prompt})).json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The text generator has failed.")
    finally:
        inside -= 1
    # END SOLUTION


# %% background
import logging
import uuid

from fastapi import BackgroundTasks

logger = logging.getLogger("lab08")


def save_or_say(entry):
    """Save an entry; where that fails, log whose it was."""
    # BEGIN SOLUTION
    try:
        save(entry)
    except Exception:
        logger.exception("prediction %s was not saved", entry["id"])
    # END SOLUTION


@app.post("/predictions")
async def predict(flower: Flower, later: BackgroundTasks):
    """Answer with a prediction, and save it afterwards."""
    # BEGIN SOLUTION
    entry = {"id": str(uuid.uuid4()), "features": flower.features, "label": guess(flower.features)}
    later.add_task(save_or_say, entry)
    return {"id": entry["id"], "label": entry["label"]}
    # END SOLUTION


# %% jobs
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor

jobs = {}

# run(job, depth)       trains in a thread, and says in the job what becomes of it
# POST /jobs            202, Location, a new job
# GET /jobs/{job_id}    the job, or 404
# BEGIN SOLUTION
trainer = ThreadPoolExecutor(1)


def run(job, depth):
    """Train, and say in the job what becomes of it."""
    job["status"] = "running"
    try:
        job.update(result=train(depth), status="done")
    except Exception:
        logging.getLogger("lab08").exception("job %s has failed", job["id"])
        job.update(error="The training has failed.", status="failed")


@app.post("/jobs", status_code=202)
async def start_job(body: Depth, response: Response):
    """Begin to train, and say where to ask for it."""
    job = {"id": str(uuid.uuid4()), "status": "queued"}
    jobs[job["id"]] = job
    response.headers["Location"] = f"/jobs/{job['id']}"
    trainer.submit(run, job, body.depth)
    return {"id": job["id"], "status": "queued"}


@app.get("/jobs/{job_id}")
async def read_job(job_id: str):
    """Say how far a job is."""
    if job_id not in jobs:
        raise HTTPException(404, "There is no such job.")
    return jobs[job_id]


# END SOLUTION
