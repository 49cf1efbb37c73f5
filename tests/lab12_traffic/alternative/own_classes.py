# Each idea a class, a flight that is shielded from clients who leave, and rows in the store's JSON with their version.
# points: 18

# %% limit
import math
import time


class Meter:
    def __init__(self, rate, burst, clock=time.monotonic):
        self.rate, self.burst, self.clock = rate, burst, clock
        self.level, self.seen = 0.0, clock()

    def pour(self):
        now = self.clock()
        self.level = max(0.0, self.level - (now - self.seen) * self.rate)
        self.seen = now
        if self.level + 1 > self.burst:
            return (self.level + 1 - self.burst) / self.rate
        self.level += 1
        return 0.0

    @property
    def room(self):
        return int(self.burst - self.level)


class Meters(dict):
    def __missing__(self, client):
        self[client] = Meter(RATE, BURST)
        return self[client]


meters = Meters()


def admit(client):
    meter = meters[client]
    wait = meter.pour()
    headers = {"X-RateLimit-Limit": str(BURST), "X-RateLimit-Remaining": str(meter.room)}
    if wait:
        raise HTTPException(429, "too fast", headers | {"Retry-After": str(max(1, math.ceil(wait)))})
    return headers


# %% cache
import time


class Answers:
    def __init__(self, size, seconds):
        self.size, self.seconds, self.entries = size, seconds, {}

    def find(self, key):
        until, value = self.entries.get(key, (0, None))
        return value if time.monotonic() < until else None

    def add(self, key, value):
        self.entries.pop(key, None)
        self.entries[key] = time.monotonic() + self.seconds, value
        if len(self.entries) > self.size:
            del self.entries[min(self.entries, key=lambda one: self.entries[one][0])]


memory = Answers(CACHE_SIZE, CACHE_SECONDS)


async def answer(features):
    key = frozenset(enumerate(features))
    if value := memory.find(key):
        return value, "hit"
    value, source = await fetch(features)
    memory.add(key, value)
    return value, source


# %% shared_cache
import hashlib

import redis.asyncio as redis


class Remote:
    def __init__(self, url):
        self.client = redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)

    async def find(self, key, version):
        try:
            entry = json.loads(await self.client.get(key) or b"{}")
        except (redis.RedisError, ValueError):
            return None
        return entry.get("answer") if isinstance(entry, dict) and entry.get("version") == version else None

    async def add(self, key, version, answer):
        try:
            entry = json.dumps({"version": version, "answer": answer})
            await self.client.set(key, entry, px=int(CACHE_SECONDS * 1000))
        except redis.RedisError:
            pass


remote = Remote(CACHE_URL) if CACHE_URL else None


async def fetch(features):
    if not remote:
        return await compute(features), "miss"
    key, version = hashlib.sha256(json.dumps(features).encode()).hexdigest(), app.state.saved["version"]
    if found := await remote.find(key, version):
        return found, "hit"
    result = await compute(features)
    await remote.add(key, version, result)
    return result, "miss"


# %% single_flight
import asyncio


class Flights:
    def __init__(self):
        self.tasks = {}

    async def join(self, key, start):
        if key not in self.tasks:
            self.tasks[key] = asyncio.ensure_future(start())
            self.tasks[key].add_done_callback(lambda task: self.land(key, task))
        return await asyncio.shield(self.tasks[key])

    def land(self, key, task):
        del self.tasks[key]
        task.cancelled() or task.exception()


flights = Flights()


async def compute(features):
    return await flights.join(tuple(features), lambda: run_in_threadpool(classify, features))
