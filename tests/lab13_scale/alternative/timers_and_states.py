# No worker: whoever comes first sets a timer, and a full batch is called at once. The breaker has states.

# %% microbatch
import asyncio

from fastapi.concurrency import run_in_threadpool


class Batcher:
    def __init__(self):
        self.rows, self.timer, self.calling = [], None, set()
        self.one_call = asyncio.Lock()

    def add(self, features):
        loop = asyncio.get_running_loop()
        promise = loop.create_future()
        self.rows.append((features, promise))
        if len(self.rows) >= MAX_BATCH:
            self.flush()
        elif self.timer is None:
            self.timer = loop.call_later(MAX_WAIT, self.flush)
        return promise

    def flush(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.rows:
            rows, self.rows = self.rows, []
            task = asyncio.create_task(self.call(rows))
            self.calling.add(task)
            task.add_done_callback(self.calling.discard)

    async def call(self, rows):
        async with self.one_call:
            try:
                found = await run_in_threadpool(classify, [row for row, _ in rows])
            except Exception:
                found = await asyncio.gather(
                    *(run_in_threadpool(classify, [row]) for row, _ in rows), return_exceptions=True
                )
                found = [one if isinstance(one, Exception) else one[0] for one in found]
            for (_, promise), one in zip(rows, found):
                if promise.cancelled():
                    continue
                if isinstance(one, Exception):
                    promise.set_exception(one)
                else:
                    promise.set_result(one)


batcher = Batcher()


async def ask_model(features):
    return await batcher.add(features)


# %% upstream
import asyncio
import contextlib

import httpx


@contextlib.asynccontextmanager
async def client_of_the_app():
    app.state.http = httpx.AsyncClient(timeout=None)
    try:
        yield
    finally:
        await app.state.http.aclose()


resources.append(client_of_the_app)


async def ask_upstream(name, features):
    reply = await app.state.http.post(MODEL_URLS[name] + "/predict", json=dict(features=features))
    if reply.status_code != 200:
        raise ValueError("not a 200")
    return reply.json()


async def call(name, features):
    try:
        answer = await asyncio.wait_for(ask_upstream(name, features), UPSTREAM_TIMEOUT)
    except asyncio.TimeoutError:
        raise Unavailable(504) from None
    except Exception:
        raise Unavailable(502) from None
    if type(answer) is not dict:
        raise Unavailable(502)
    return answer


# %% aggregate
import asyncio
import math


def probabilities(answer):
    try:
        found = answer["probabilities"]
        good = len(found) > 0 and all(not isinstance(p, (bool, str)) and 0 <= p <= 1 for p in found.values())
    except (TypeError, KeyError, AttributeError):
        return None
    return found if good else None


@app.post("/aggregate-predict")
async def aggregate(flower: Flower):
    async def one(name):
        try:
            return name, probabilities(await call(name, flower.features))
        except Exception:
            return name, None

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(name)) for name in MODEL_URLS]
    results = dict(task.result() for task in tasks)
    good = [found for found in results.values() if found]
    if not good:
        raise HTTPException(503, "Nobody knows.")
    mean = {key: math.fsum(found[key] for found in good) / len(good) for key in good[0]}
    label, confidence = max(mean.items(), key=lambda pair: pair[1])
    used = [name for name, found in results.items() if found]
    missing = sorted(results.keys() - set(used))
    return dict(label=label, confidence=confidence, probabilities=mean, used=used, missing=missing)


# %% breaker
import time
from dataclasses import dataclass

unguarded = call


@dataclass
class Breaker:
    state: str = "closed"
    count: int = 0
    since: float = 0.0

    def let_through(self):
        if self.state == "open" and time.monotonic() - self.since >= BREAKER_COOLDOWN:
            self.state = "half open"
        return self.state != "open"

    def failed(self):
        self.count += 1
        if self.state == "half open" or self.count >= BREAKER_FAILURES:
            self.state, self.since, self.count = "open", time.monotonic(), 0

    def answered(self):
        self.state, self.count = "closed", 0


breakers = {name: Breaker() for name in MODEL_URLS}


async def call(name, features):
    breaker = breakers[name]
    if not breaker.let_through():
        raise Unavailable(503, int(BREAKER_COOLDOWN) or 1)
    try:
        answer = await unguarded(name, features)
    except (Unavailable, httpx.HTTPError, ValueError):
        breaker.failed()
        raise
    breaker.answered()
    return answer
