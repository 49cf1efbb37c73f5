# Nothing is ever thrown out.
# fails: cache
# says: keep CACHE_SIZE answers at most

# %% cache
from cachetools import TTLCache

# answers             the latest answers: CACHE_SIZE of them at most, each for CACHE_SECONDS
# answer(features)    one of those, or what `fetch` says
answers = TTLCache(float("inf"), CACHE_SECONDS)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(features)
    known = answers.get(question)
    if known is not None:
        return known, "hit"
    result, source = await fetch(features)
    answers[question] = result
    return result, source
