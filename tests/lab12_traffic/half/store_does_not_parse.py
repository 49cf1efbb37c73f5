# One section does not parse, and costs itself alone.
# fails: shared_cache
# points: 15

# %% shared_cache
import redis.asyncio as redis

store = redis.Redis.from_url(CACHE_URL, socket_timeout=0.2

async def fetch(features):
    return await compute(features), "miss"
