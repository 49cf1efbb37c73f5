# A new model answers with what the old one has said.
# fails: shared_cache
# says: the version of the model belongs into the key

# %% shared_cache
import hashlib
from contextlib import suppress

import redis.asyncio as redis

# store              a client of the store, or None
# key_of(features)   the same in each process; another one for another model
# fetch(features)    what the store knows, or what `compute` says
store = redis.Redis.from_url(CACHE_URL, socket_timeout=0.2, socket_connect_timeout=0.2) if CACHE_URL else None


def key_of(features):
    """Return the key of an answer."""
    question = json.dumps(features)
    return "answer:" + hashlib.sha256(question.encode()).hexdigest()


async def look_up(key):
    """Return what the store knows; None if that is nothing, or cannot be read, or the store does not answer."""
    try:
        found = json.loads(await store.get(key) or "null")
    except (redis.RedisError, ValueError):
        return None
    return found if isinstance(found, dict) else None


async def keep(key, result):
    """Let the store know an answer, if it can be reached."""
    with suppress(redis.RedisError):
        await store.set(key, json.dumps(result), px=max(1, int(CACHE_SECONDS * 1000)))


async def fetch(features):
    """Return an answer that some process knows, or compute one."""
    if store is None:
        return await compute(features), "miss"
    known = await look_up(key_of(features))
    if known is not None:
        return known, "hit"
    result = await compute(features)
    await keep(key_of(features), result)
    return result, "miss"
