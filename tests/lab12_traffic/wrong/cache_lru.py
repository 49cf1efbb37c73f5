# What is kept has a bound and no end, as with lru_cache.
# fails: cache
# says: lru_cache never forgets

# %% cache
from cachetools import LRUCache

# answers             the latest answers: CACHE_SIZE of them at most, each for CACHE_SECONDS
# answer(features)    one of those, or what `fetch` says
answers = LRUCache(CACHE_SIZE)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(features)
    known = answers.get(question)
    if known is not None:
        return known, "hit"
    result, source = await fetch(features)
    answers[question] = result
    return result, source
