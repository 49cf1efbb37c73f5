# A task is kept, and with it what it has raised.
# fails: cache, single_flight
# says: nothing if the model has raised

# %% cache
import asyncio

from cachetools import TTLCache

answers = TTLCache(CACHE_SIZE, CACHE_SECONDS)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(features)
    source = "hit" if question in answers else "miss"
    if source == "miss":
        answers[question] = asyncio.ensure_future(fetch(features))
        return await answers[question]
    return (await answers[question])[0], source
