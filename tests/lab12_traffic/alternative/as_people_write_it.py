# slowapi on an async route, cachetools' other class, a lock for each question, and small helpers everywhere.
# points: 18

# %% limit
from math import ceil
from time import time as clock

state = {}


def admit(client):
    tokens, last = state.get(client) or (BURST, clock())
    now = clock()
    tokens = min(tokens + (now - last) * RATE, BURST)
    ok = tokens >= 1
    if ok:
        tokens = tokens - 1
    state[client] = (tokens, now)
    headers = dict()
    headers["X-RateLimit-Limit"] = str(BURST)
    headers["X-RateLimit-Remaining"] = str(int(tokens))
    if ok:
        return headers
    seconds = ceil((1 - tokens) / RATE)
    headers["Retry-After"] = str(seconds if seconds > 1 else 1)
    raise HTTPException(status_code=429, headers=headers)


# %% open_limit
from fastapi.responses import PlainTextResponse
from slowapi import Limiter
from slowapi.errors import RateLimitExceeded

options = {}
if CACHE_URL:
    options = {
        "storage_uri": CACHE_URL,
        "storage_options": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        "in_memory_fallback": [OPEN_LIMIT],
    }
limiter = Limiter(lambda request: request.client.host, strategy="moving-window", **options)


@app.exception_handler(RateLimitExceeded)
async def slow_down(request, problem):
    return PlainTextResponse("slow down", 429, {"Retry-After": str(problem.limit.limit.get_expiry())})


@app.get("/model")
@limiter.limit(OPEN_LIMIT)
async def read_model(request: Request):
    saved = request.app.state.saved
    return dict(version=saved["version"], classes=saved["classes"])


# %% cache
import time

from cachetools import TLRUCache

cached = TLRUCache(CACHE_SIZE, ttu=lambda key, value, now: now + CACHE_SECONDS, timer=time.monotonic)


async def answer(features):
    key = json.dumps(features)
    try:
        return cached[key], "hit"
    except KeyError:
        cached[key], where = value = await fetch(features)
        return value


# %% shared_cache
import asyncio
import hashlib

import redis.asyncio

pool = redis.asyncio.from_url(CACHE_URL) if CACHE_URL else None


async def soon(awaitable):
    try:
        async with asyncio.timeout(0.3):
            return await awaitable
    except Exception:
        return None


async def fetch(features):
    if pool is None:
        return await compute(features), "miss"
    canonical = json.dumps({"x": features, "v": app.state.saved["version"]}, sort_keys=True)
    key = hashlib.md5(canonical.encode(), usedforsecurity=False).hexdigest()
    text = await soon(pool.get(key))
    try:
        return dict(json.loads(text)), "hit"
    except Exception:
        pass
    value = await compute(features)
    await soon(pool.psetex(key, int(CACHE_SECONDS * 1000), json.dumps(value)))
    return value, "miss"


# %% single_flight
import asyncio
from collections import defaultdict

locks = defaultdict(asyncio.Lock)
fresh = {}


async def compute(features):
    key = json.dumps(features)
    lock = locks[key]
    waited = lock.locked()
    async with lock:
        if waited and key in fresh:
            return fresh[key]
        fresh.pop(key, None)
        try:
            fresh[key] = await run_in_threadpool(classify, features)
            return fresh[key]
        finally:
            if not lock._waiters:
                locks.pop(key, None)
                asyncio.get_running_loop().call_later(1, fresh.pop, key, None)


# %% drift
import math
from collections import deque

window = deque([], DRIFT_WINDOW)


def remember(features):
    window.append(list(features))


def bins_of(values, edges):
    shares = [0.0] * (len(edges) + 1)
    for value in values:
        place = 0
        while place < len(edges) and edges[place] <= value:
            place += 1
        shares[place] += 1 / len(values)
    return shares


@app.get("/drift")
async def read_drift():
    answer = {"rows": len(window), "status": "waiting", "psi": None}
    if len(window) < DRIFT_MINIMUM:
        return answer
    reference = app.state.saved["reference"]
    answer["psi"] = []
    for feature in range(4):
        psi = 0
        now = bins_of([row[feature] for row in window], reference["edges"][feature])
        for p, q in zip(now, reference["shares"][feature]):
            p, q = max(p, 0.001), max(q, 0.001)
            psi += (p - q) * math.log(p / q)
        answer["psi"].append(psi)
    answer["status"] = "drifting" if max(answer["psi"]) > 0.25 else "stable"
    return answer
