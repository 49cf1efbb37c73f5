# The key forgets which number is which.
# fails: cache
# says: nothing is rounded

# %% cache
from cachetools import TTLCache

# answers             the latest answers: CACHE_SIZE of them at most, each for CACHE_SECONDS
# answer(features)    one of those, or what `fetch` says
answers = TTLCache(CACHE_SIZE, CACHE_SECONDS)


async def answer(features):
    """Return an answer that is known already, or fetch one."""
    question = tuple(sorted(features))
    known = answers.get(question)
    if known is not None:
        return known, "hit"
    result, source = await fetch(features)
    answers[question] = result
    return result, source
