# GCRA in nanoseconds, the limits library by hand, an OrderedDict, redis in threads, futures, and numpy.
# points: 18

# %% limit
import time

STEP = round(1e9 / RATE)
due = {}


def admit(client):
    now = time.monotonic_ns()
    later = max(due.get(client, now), now) + STEP
    early = later - now - BURST * STEP
    headers = {"X-RateLimit-Limit": f"{BURST}"}
    if early > 0:
        headers |= {"X-RateLimit-Remaining": "0", "Retry-After": str(-(-early // 10**9))}
        raise HTTPException(status_code=429, detail="slow down", headers=headers)
    due[client] = later
    headers["X-RateLimit-Remaining"] = str(-early // STEP)
    return headers


# %% open_limit
import math
import time

from fastapi.responses import JSONResponse
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

allowed = parse(OPEN_LIMIT)
own = MovingWindowRateLimiter(MemoryStorage())
together = None
if CACHE_URL:
    quick = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    together = MovingWindowRateLimiter(storage_from_string(CACHE_URL, **quick))


def count(address):
    for limiter in filter(None, (together, own)):
        try:
            passed = limiter.hit(allowed, "model", address)
            return passed, limiter.get_window_stats(allowed, "model", address).reset_time
        except Exception:
            continue


@app.get("/model")
def read_model(request: Request):
    passed, reset = count(request.client.host)
    if not passed:
        wait = max(1, math.ceil(reset - time.time()))
        return JSONResponse({"detail": "too many"}, 429, headers={"Retry-After": str(wait)})
    return {key: app.state.saved[key] for key in ("version", "classes")}


# %% cache
import time
from collections import OrderedDict

kept = OrderedDict()


async def answer(features):
    question = struct_of(features)
    if question in kept and kept[question][0] > time.monotonic():
        return kept[question][1], "hit"
    kept.pop(question, None)
    result, source = await fetch(features)
    kept[question] = time.monotonic() + CACHE_SECONDS, result
    while len(kept) > CACHE_SIZE:
        kept.popitem(last=False)
    return result, source


def struct_of(features):
    return "|".join(float(value).hex() for value in features)


# %% shared_cache
import hashlib

import redis as valkey

connection = None
if CACHE_URL:
    connection = valkey.from_url(CACHE_URL, socket_timeout=0.25, socket_connect_timeout=0.25)


def read(name):
    try:
        return json.loads(connection.get(name))
    except Exception:
        return None


def write(name, result):
    try:
        connection.setex(name, max(1, int(CACHE_SECONDS)), json.dumps(result))
    except Exception:
        pass


async def fetch(features):
    if not connection:
        return await compute(features), "miss"
    name = hashlib.blake2b(repr((app.state.saved["version"], features)).encode()).hexdigest()
    if result := await run_in_threadpool(read, name):
        return result, "hit"
    result = await compute(features)
    await run_in_threadpool(write, name, result)
    return result, "miss"


# %% single_flight
import asyncio

under_way = {}


async def compute(features):
    question = tuple(features)
    if question in under_way:
        return await asyncio.shield(under_way[question])
    mine = under_way[question] = asyncio.get_running_loop().create_future()
    try:
        result = await run_in_threadpool(classify, features)
    except Exception as problem:
        mine.set_exception(problem)
        mine.exception()
        raise
    else:
        mine.set_result(result)
        return result
    finally:
        del under_way[question]


# %% drift
import numpy as np

ring, seen = np.zeros((DRIFT_WINDOW, 4)), 0


def remember(features):
    global seen
    ring[seen % DRIFT_WINDOW] = features
    seen += 1


@app.get("/drift")
def read_drift():
    count = min(seen, DRIFT_WINDOW)
    if count < DRIFT_MINIMUM:
        return {"rows": count, "status": "waiting", "psi": None}
    found = []
    for column, edges, shares in zip(ring[:count].T, *app.state.saved["reference"].values()):
        bins = np.searchsorted(edges, column, side="right")
        p = np.maximum(np.bincount(bins, minlength=len(shares)) / count, 0.001)
        q = np.maximum(shares, 0.001)
        found.append(float(((p - q) * np.log(p / q)).sum()))
    return {"rows": count, "status": ["stable", "drifting"][max(found) > 0.25], "psi": found}
