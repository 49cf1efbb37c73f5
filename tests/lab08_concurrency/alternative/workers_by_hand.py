# Two processes by hand, each with a pipe; background tasks that are classes of Starlette; jobs in the pool of threads.
# points: 18

# %% client
import httpx
from fastapi import Depends

http = None


@asynccontextmanager
async def connected():
    global http
    http = httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=None, limits=httpx.Limits(max_connections=100))
    try:
        yield
    finally:
        await http.aclose()


resources.append(connected)


async def call(method, path, **more):
    async with http.stream(method, path, **more) as response:
        response.raise_for_status()
        await response.aread()
        return response


# %% gather
import anyio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    found = [None] * len(names)

    async def one(place, name):
        with __import__("contextlib").suppress(Exception):
            found[place] = await fetch(name)

    async with anyio.create_task_group() as group:
        for place, name in enumerate(names):
            group.start_soon(one, place, name)
    return {
        "features": [one for one in found if one],
        "missing": [name for name, one in zip(names, found) if not one],
    }


# %% deadline
import anyio


async def look_up(name):
    with anyio.move_on_after(DEADLINE) as scope:
        try:
            return await fetch(name)
        except httpx.HTTPStatusError as problem:
            unknown = problem.response.status_code == 404
            raise HTTPException(404 if unknown else 502, "unknown" if unknown else "failed")
        except (httpx.HTTPError, json.JSONDecodeError, UnicodeDecodeError):
            raise HTTPException(502, "failed")
    assert scope.cancelled_caught
    raise HTTPException(504, "late")


# %% processes
import multiprocessing


def worker(pipe):
    while (text := pipe.recv()) is not None:
        pipe.send(slow_hash(text))


@resources.append
@asynccontextmanager
async def hands():
    context = multiprocessing.get_context("spawn")
    app.state.idle = asyncio.Queue()
    everybody = []
    for _ in range(2):
        ours, theirs = context.Pipe()
        process = context.Process(target=worker, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        everybody.append((process, ours))
        app.state.idle.put_nowait(ours)
    yield
    for process, pipe in everybody:
        pipe.send(None)
        process.join()


def ask(pipe, text):
    pipe.send(text)
    return pipe.recv()


async def compute(text):
    pipe = await app.state.idle.get()
    try:
        return await asyncio.to_thread(ask, pipe, text)
    finally:
        app.state.idle.put_nowait(pipe)


# %% capacity
class Full(Exception):
    pass


@app.exception_handler(Full)
async def say_full(request, problem):
    return Response('{"detail": "full"}', 503, {"Retry-After": "5"}, "application/json")


tickets = asyncio.Semaphore(AT_ONCE + WAITING)
chairs = asyncio.Semaphore(AT_ONCE)


async def continue_text(prompt):
    if tickets.locked():
        raise Full
    async with tickets, chairs:
        response = await http.post("/generate", json={"prompt": prompt})
        if response.is_error:
            raise HTTPException(500, "the generator has failed")
        return {"text": response.json()["text"]}


# %% background
import sys
import time
import traceback

from starlette.background import BackgroundTask
from starlette.responses import JSONResponse


class Saved(BackgroundTask):
    def __init__(self, entry):
        super().__init__(self.run, entry)

    @staticmethod
    def run(entry):
        try:
            save(entry)
        except OSError:
            sys.stderr.write(json.dumps({"lost": entry["id"], "why": traceback.format_exc()}) + "\n")
            sys.stderr.flush()


@app.post("/predictions")
async def predict(flower: Flower):
    entry = {"id": str(time.time_ns()), "features": flower.features, "label": guess(flower.features)}
    return JSONResponse({"id": entry["id"], "label": entry["label"]}, background=Saved(entry))


# %% jobs
from fastapi import BackgroundTasks

jobs = []


def fit(job, depth):
    job["status"] = "running"
    try:
        job["result"], job["status"] = train(depth), "done"
    except Exception:
        job["error"], job["status"] = "sorry", "failed"


@app.post("/jobs", status_code=202)
def submit(body: Depth, response: Response, tasks: BackgroundTasks):
    jobs.append({"id": str(len(jobs)), "status": "queued", "result": None})
    tasks.add_task(fit, jobs[-1], body.depth)
    response.headers["location"] = f"http://localhost/jobs/{len(jobs) - 1}"
    return jobs[-1]


@app.get("/jobs/{number}")
def job(number: str):
    if not number.isdecimal() or int(number) >= len(jobs):
        raise HTTPException(404, "none")
    return jobs[int(number)]
