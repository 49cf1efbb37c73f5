# Valkey that hangs holds each answer for 5 s and more.
# fails: cache
# says: socket_timeout

# %% cache
from contextlib import suppress

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# store                   a client of Valkey that gives up early and never tries again; None without CACHE_URL
# key_of(version, row)    the same in each process
# look_up(row)            the answer, and "hit" or "miss"


LIMITS = {"retry": Retry(NoBackoff(), 0)}
store = redis.Redis.from_url(settings.cache_url, **LIMITS) if settings.cache_url else None


def key_of(version, row):
    """Return the key of an answer."""
    return "answer:" + hashlib.sha256(json.dumps([version, row]).encode()).hexdigest()


async def look_up(row):
    """Return an answer that some process knows, or compute one."""
    if store is None:
        return await compute(row), "miss"
    with suppress(redis.RedisError, ValueError):
        known = json.loads(await store.get(key_of(active().version, row)) or "null")
        if isinstance(known, dict):
            return known, "hit"
    answer = await compute(row)
    with suppress(redis.RedisError):
        await store.set(key_of(answer["model_version"], row), json.dumps(answer), ex=3600)
    return answer, "miss"
