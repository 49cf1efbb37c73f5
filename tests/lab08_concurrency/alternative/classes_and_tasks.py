# Classes that own things, tasks that somebody keeps, and processes that are forked.
# points: 18

# %% client
class Upstream:
    """A client, as something to be entered."""

    async def __aenter__(self):
        self.http = httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=30)
        return self

    async def __aexit__(self, *problem):
        await self.http.aclose()


upstream = Upstream()
resources.append(lambda: upstream)


async def call(method, path, **more):
    return (await upstream.http.request(method, path, **more)).raise_for_status()


# %% gather
@app.get("/report")
async def report(names: list[Name] = Query(min_length=1, max_length=10)):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    await asyncio.wait(tasks)
    good = [task for task in tasks if not task.exception()]
    return {
        "features": [task.result() for task in good],
        "missing": [name for name, task in zip(names, tasks) if task not in good],
    }


# %% deadline
async def look_up(name):
    try:
        return await asyncio.wait_for(fetch(name), DEADLINE)
    except asyncio.TimeoutError:
        status = 504
    except httpx.HTTPStatusError as problem:
        status = 404 if problem.response.status_code == 404 else 502
    except Exception:
        status = 502
    raise HTTPException(status, {404: "no such feature", 502: "bad gateway", 504: "gateway timeout"}[status])


# %% processes
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


class Pool:
    async def __aenter__(self):
        self.workers = ProcessPoolExecutor(max_workers=2, mp_context=get_context("fork"))

    async def __aexit__(self, *problem):
        await asyncio.to_thread(self.workers.shutdown, cancel_futures=True)


pool = Pool()
resources.append(lambda: pool)


async def compute(text):
    return await asyncio.wrap_future(pool.workers.submit(slow_hash, text))


# %% capacity
from collections import deque


class House:
    def __init__(self):
        self.inside, self.line = 0, deque()

    async def __aenter__(self):
        if self.inside < AT_ONCE:
            self.inside += 1
        elif len(self.line) < WAITING:
            self.line.append(turn := asyncio.get_running_loop().create_future())
            await turn
        else:
            raise HTTPException(503, "full", {"Retry-After": "2"})

    async def __aexit__(self, *problem):
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.inside -= 1


house = House()


async def continue_text(prompt):
    async with house:
        return (await call("POST", "/generate", json={"prompt": prompt})).json()


# %% background
import logging
import uuid

kept = set()


async def write_down(entry):
    try:
        await asyncio.to_thread(save, entry)
    except OSError:
        logging.getLogger("lab08").error("lost %s", entry["id"], exc_info=True)


@app.post("/predictions")
async def predict(flower: Flower):
    entry = {"id": uuid.uuid4().hex, **flower.model_dump(), "label": guess(flower.features)}
    kept.add(task := asyncio.create_task(write_down(entry)))
    task.add_done_callback(kept.discard)
    return {key: entry[key] for key in ("id", "label")}


# %% jobs
import secrets
from typing import Literal

from fastapi import status


class Job(BaseModel):
    id: str
    status: Literal["queued", "running", "done", "failed"] = "queued"
    result: dict | None = None
    error: str | None = None


known: dict[str, Job] = {}
at_work = set()


async def work(job, depth):
    job.status = "running"
    try:
        job.result = await asyncio.to_thread(train, depth)
        job.status = "done"
    except Exception:
        job.status, job.error = "failed", "It could not be trained."


@app.post("/jobs", status_code=status.HTTP_202_ACCEPTED)
async def create(body: Depth, request: Request, response: Response) -> Job:
    job = known[name] = Job(id=(name := secrets.token_hex(8)))
    at_work.add(task := asyncio.create_task(work(job, body.depth)))
    task.add_done_callback(at_work.discard)
    response.headers["Location"] = str(request.url_for("show", name=name))
    return job


@app.get("/jobs/{name}", response_model_exclude_none=True)
async def show(name: str) -> Job:
    if job := known.get(name):
        return job
    raise HTTPException(404)
