# Whoever waits for an event waits for ever if the call fails.
# fails: cache, single_flight
# says: who waits for a task that raises is told

# %% single_flight
import asyncio

flights = {}


async def compute(features):
    """Return the answer of the model, which is called once for all who ask the same at the same time."""
    question = tuple(features)
    if question in flights:
        there, found = flights[question]
        await there.wait()
        return found[0]
    there, found = flights[question] = asyncio.Event(), []
    found.append(await run_in_threadpool(classify, features))
    del flights[question]
    there.set()
    return found[0]
