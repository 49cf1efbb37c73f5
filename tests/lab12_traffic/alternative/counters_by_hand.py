# A bucket under a lock, INCR and EXPIRE by hand, a dict of deadlines, hashes in the store, an event with its outcome.
# points: 18

# %% limit
import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Tokens:
    left: float = BURST
    at: float = field(default_factory=time.perf_counter)


tokens = defaultdict(Tokens)
guard = threading.Lock()


def admit(client):
    with guard:
        mine, now = tokens[client], time.perf_counter()
        mine.left, mine.at = min(float(BURST), mine.left + RATE * (now - mine.at)), now
        if mine.left >= 1.0:
            mine.left -= 1.0
            wait = None
        else:
            wait = math.ceil((1.0 - mine.left) / RATE) or 1
        said = {"X-RateLimit-Limit": str(BURST), "X-RateLimit-Remaining": str(math.floor(mine.left))}
    if wait:
        raise HTTPException(429, "no token", {**said, "Retry-After": str(wait)})
    return said


# %% open_limit
import re
import time

from redis import asyncio as aredis
from redis.backoff import NoBackoff
from redis.retry import Retry

most, _, unit = re.fullmatch(r"(\d+)\s*(/|per)\s*(\w+)", OPEN_LIMIT).groups()
SPAN = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit]
mine = {}
counters = CACHE_URL and aredis.from_url(
    CACHE_URL, socket_timeout=0.2, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)
)


async def used(name, left):
    if counters:
        try:
            async with counters.pipeline() as pipe:
                count, _ = await pipe.incr(name).expire(name, left).execute()
                return count
        except (aredis.RedisError, OSError):
            pass
    mine[name] = mine.get(name, 0) + 1
    return mine[name]


@app.get("/model")
async def read_model(request: Request):
    window, passed = divmod(int(time.time()), SPAN)
    left = SPAN - passed
    if await used(f"LIMITS:{request.client.host}:{window}", left) > int(most):
        raise HTTPException(429, "not so often", {"Retry-After": str(left)})
    return {"version": app.state.saved["version"], "classes": app.state.saved["classes"]}


# %% cache
import time

memory = {}


async def answer(features):
    now = time.monotonic()
    for question in [old for old, (end, _) in memory.items() if end <= now]:
        del memory[question]
    a, b, c, d = features
    if (a, b, c, d) in memory:
        return memory[a, b, c, d][1], "hit"
    result, source = await fetch(features)
    if len(memory) >= CACHE_SIZE:
        memory.pop(next(iter(memory)))
    memory[a, b, c, d] = now + CACHE_SECONDS, result
    return result, source


# %% shared_cache
from redis import asyncio as aredis

remote = CACHE_URL and aredis.from_url(
    CACHE_URL, socket_timeout=0.2, socket_connect_timeout=0.2, decode_responses=True
)


async def fetch(features):
    question = f"v{app.state.saved['version']}:" + ",".join(map(repr, features))
    if remote:
        try:
            fields = await remote.hgetall(question)
            return {name: json.loads(text) for name, text in fields.items()} | {"class": int(fields["class"])}, "hit"
        except Exception:
            pass
    result = await compute(features)
    if remote:
        try:
            async with remote.pipeline(transaction=True) as pipe:
                pipe.delete(question)
                pipe.hset(question, mapping={name: json.dumps(value) for name, value in result.items()})
                pipe.pexpire(question, int(CACHE_SECONDS * 1000))
                await pipe.execute()
        except Exception:
            pass
    return result, "miss"


# %% single_flight
import asyncio

waiting = {}


async def compute(features):
    question = str(features)
    if question not in waiting:
        there, outcome = waiting[question] = asyncio.Event(), {}
        try:
            outcome["result"] = await run_in_threadpool(classify, features)
        except Exception as problem:
            outcome["problem"] = problem
        del waiting[question]
        there.set()
    else:
        there, outcome = waiting[question]
        await there.wait()
    if "problem" in outcome:
        raise HTTPException(500, "the model has failed")
    return outcome["result"]


# %% drift
from math import log

last = []


def remember(features):
    last.append(tuple(features))
    del last[:-DRIFT_WINDOW]


@app.get("/drift")
async def read_drift():
    found = None
    if len(last) >= DRIFT_MINIMUM:
        found = []
        reference = app.state.saved["reference"]
        for place in range(4):
            edges, shares = reference["edges"][place], reference["shares"][place]
            amounts = [0] * len(shares)
            for row in last:
                amounts[sum(edge <= row[place] for edge in edges)] += 1
            pairs = [(max(0.001, n / len(last)), max(0.001, q)) for n, q in zip(amounts, shares)]
            found.append(sum((p - q) * log(p / q) for p, q in pairs))
    status = "waiting" if found is None else "drifting" if any(one > 0.25 for one in found) else "stable"
    return {"rows": len(last), "status": status, "psi": found}
