# lru_cache keeps the coroutine, which can be awaited once.
# fails: cache, drift, limit, single_flight
# says: cannot reuse already awaited coroutine

# %% cache
from functools import lru_cache


@lru_cache(CACHE_SIZE)
def asked(question):
    """Return what can be awaited for the answer."""
    return fetch(list(question))


async def answer(features):
    """Return an answer."""
    return await asked(tuple(features))
