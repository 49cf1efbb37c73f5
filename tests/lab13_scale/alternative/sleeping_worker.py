# The worker sleeps for MAX_WAIT, and takes what is there then. The rest is written with as few words as can be.

# %% microbatch
import asyncio
from collections import deque
from contextlib import asynccontextmanager

import anyio.to_thread

waiting, somebody = deque(), asyncio.Event()


async def worker():
    while True:
        await somebody.wait()
        if len(waiting) < MAX_BATCH:
            await asyncio.sleep(MAX_WAIT)
        batch = [waiting.popleft() for _ in range(min(MAX_BATCH, len(waiting)))]
        if not waiting:
            somebody.clear()
        rows = [row for row, _ in batch]
        try:
            answers = await anyio.to_thread.run_sync(classify, rows)
        except Exception:
            answers = []
            for row in rows:
                try:
                    answers += await anyio.to_thread.run_sync(classify, [row])
                except Exception as problem:
                    answers.append(problem)
        for (_, box), found in zip(batch, answers):
            box["answer"] = found
            box["ready"].set()


@resources.append
@asynccontextmanager
async def at_work():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker())
        yield
        task.cancel()


async def ask_model(features):
    box = {"ready": asyncio.Event()}
    waiting.append((features, box))
    somebody.set()
    await box["ready"].wait()
    if isinstance(box["answer"], Exception):
        raise box["answer"]
    return box["answer"]


# %% upstream
import asyncio
from contextlib import asynccontextmanager

import httpx

client = None


@resources.append
@asynccontextmanager
async def pooled():
    global client
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=50), timeout=httpx.Timeout(UPSTREAM_TIMEOUT))
    async with client:
        yield


async def call(name, features):
    try:
        async with asyncio.timeout(UPSTREAM_TIMEOUT):
            reply = await client.post(f"{MODEL_URLS[name]}/predict", json={"features": features})
            reply.raise_for_status()
    except Exception as problem:
        late = isinstance(problem, (TimeoutError, httpx.TimeoutException))
        raise Unavailable(504 if late else 502)
    try:
        answer = reply.json()
        answer.items()
    except Exception:
        raise Unavailable(502)
    return answer


# %% aggregate
import asyncio

import numpy as np
from pydantic import TypeAdapter, ValidationError

Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Shares = TypeAdapter(Annotated[dict[str, Share], Field(min_length=1)])


def probabilities(answer):
    try:
        return Shares.validate_python(answer["probabilities"])
    except (ValidationError, TypeError, KeyError):
        return None


@app.post("/aggregate-predict")
async def aggregate(flower: Flower, response: Response):
    names = sorted(MODEL_URLS)
    tasks = [asyncio.ensure_future(call(name, flower.features)) for name in names]
    if tasks:
        await asyncio.wait(tasks)
    found = {name: probabilities(task.result()) for name, task in zip(names, tasks) if not task.exception()}
    used = {name: one for name, one in found.items() if one is not None}
    if not used:
        response.status_code = 502
        return {"detail": "no model"}
    labels = list(next(iter(used.values())))
    mean = np.mean([[one[label] for label in labels] for one in used.values()], axis=0).tolist()
    best = int(np.argmax(mean))
    return {
        "label": labels[best],
        "confidence": mean[best],
        "probabilities": dict(zip(labels, mean)),
        "used": list(used),
        "missing": [name for name in names if name not in used],
    }


# %% breaker
import time
from collections import Counter, defaultdict

unguarded = call
in_a_row = Counter()
opened = defaultdict(lambda: -1e9)


async def call(name, features):
    if in_a_row[name] >= BREAKER_FAILURES:
        age = time.monotonic() - opened[name]
        if age < BREAKER_COOLDOWN:
            raise Unavailable(503, str(1 + int(BREAKER_COOLDOWN - age)))
    ok = False
    try:
        answer = await unguarded(name, features)
        ok = True
    finally:
        if ok:
            in_a_row.pop(name, None)
        else:
            in_a_row[name] += 1
            opened[name] = time.monotonic()
    return answer
