# The store by a client of threads, an expiry beside each value, a task group of waiting futures, counts kept up to date.
# points: 18

# %% limit
import math
import time
from fractions import Fraction

SECOND = 10**9
full = {name: (Fraction(BURST), time.monotonic_ns()) for name in API_KEYS.values()}


def admit(client):
    amount, since = full[client]
    now = time.monotonic_ns()
    amount = min(Fraction(BURST), amount + Fraction(RATE) * Fraction(now - since, SECOND))
    enough = amount >= 1
    full[client] = (amount - 1 if enough else amount, now)
    whole = math.floor(full[client][0])
    headers = {"x-ratelimit-limit": str(BURST), "x-ratelimit-remaining": str(whole)}
    if not enough:
        headers["retry-after"] = str(max(1, math.ceil((1 - amount) / Fraction(RATE))))
        raise HTTPException(429, headers=headers)
    return headers


# %% open_limit
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter as Blocking
from redis.exceptions import RedisError

item: RateLimitItem = parse(OPEN_LIMIT)
in_here = FixedWindowRateLimiter(MemoryStorage())
out_there = CACHE_URL and Blocking(RedisStorage(CACHE_URL, socket_timeout=0.2, socket_connect_timeout=0.2))


async def counted(request: Request):
    address = request.client.host
    try:
        if not out_there:
            raise RedisError
        good = await run_in_threadpool(out_there.hit, item, address)
        stats = await run_in_threadpool(out_there.get_window_stats, item, address)
    except RedisError:
        good = await in_here.hit(item, address)
        stats = await in_here.get_window_stats(item, address)
    if not good:
        raise HTTPException(429, headers={"Retry-After": f"{int(max(1, stats.reset_time - time.time() + 1))}"})


@app.get("/model", dependencies=[Depends(counted)])
async def read_model():
    return {"version": app.state.saved["version"], "classes": app.state.saved["classes"]}


# %% cache
import heapq
import time

values, ends = {}, []


async def answer(features):
    now, key = time.monotonic(), tuple(features)
    while ends and ends[0][0] <= now:
        _, old = heapq.heappop(ends)
        values.pop(old, None)
    if key in values:
        return values[key], "hit"
    result, source = await fetch(features)
    if len(values) >= CACHE_SIZE:
        _, old = heapq.heappop(ends)
        values.pop(old, None)
    values[key] = result
    heapq.heappush(ends, (time.monotonic() + CACHE_SECONDS, key))
    return values[key], source


# %% shared_cache
import asyncio
import base64
import struct

from redis import Redis

remote = Redis.from_url(CACHE_URL, socket_timeout=0.4, socket_connect_timeout=0.4) if CACHE_URL else None


def name_of(features):
    version = app.state.saved["version"].encode()
    return b"predict/" + version + b"/" + base64.urlsafe_b64encode(struct.pack("4d", *features))


def ask_store(features):
    try:
        body = json.loads(remote.get(name_of(features)).decode())
        return body if set(body) >= {"class", "label"} else None
    except Exception:
        return None


def tell_store(features, result):
    try:
        remote.set(name_of(features), json.dumps(result).encode(), px=int(CACHE_SECONDS * 1000))
    except Exception:
        pass


async def fetch(features):
    found = await asyncio.to_thread(ask_store, features) if remote else None
    if found:
        return found, "hit"
    result = await compute(features)
    if remote:
        app.state.writing = asyncio.create_task(asyncio.to_thread(tell_store, features, result))
    return result, "miss"


# %% single_flight
import asyncio
from concurrent.futures import ThreadPoolExecutor

workers = ThreadPoolExecutor(8)
running = {}


async def compute(features):
    key = tuple(features)
    call = running.get(key)
    if call is None:
        call = running[key] = workers.submit(classify, features)
        call.add_done_callback(lambda done: running.pop(key, None))
    return await asyncio.wrap_future(call)


# %% drift
import math
from bisect import bisect
from collections import Counter, deque

order, counts = deque(), [Counter() for _ in range(4)]


def remember(features):
    bins = [bisect(edges, x) for edges, x in zip(app.state.saved["reference"]["edges"], features)]
    order.append(bins)
    for count, number in zip(counts, bins):
        count[number] += 1
    if len(order) > DRIFT_WINDOW:
        for count, number in zip(counts, order.popleft()):
            count[number] -= 1


def distance(count, shares):
    n = sum(count.values())
    p = [max(count[number] / n, 1e-3) for number in range(len(shares))]
    q = [max(share, 1e-3) for share in shares]
    return math.fsum((a - b) * (math.log(a) - math.log(b)) for a, b in zip(p, q))


@app.get("/drift")
def read_drift():
    if len(order) < DRIFT_MINIMUM:
        return {"rows": len(order), "status": "waiting", "psi": None}
    found = [distance(*pair) for pair in zip(counts, app.state.saved["reference"]["shares"])]
    return {"rows": len(order), "status": "drifting" if max(found) > 0.25 else "stable", "psi": found}
