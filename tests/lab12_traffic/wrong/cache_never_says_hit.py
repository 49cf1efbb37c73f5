# All is kept, and nobody is told.
# fails: cache
# says: clients share the cache

# %% cache
from cachetools import TTLCache

# answers             the latest answers: CACHE_SIZE of them at most, each for CACHE_SECONDS
# answer(features)    one of those, or what `fetch` says
answers = TTLCache(CACHE_SIZE, CACHE_SECONDS)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(features)
    known = answers.get(question)
    if known is not None:
        return known, "miss"
    result, source = await fetch(features)
    answers[question] = result
    return result, source
