# Everybody computes, one after the other.
# fails: single_flight
# says: waits for that one

# %% single_flight
import asyncio

lock = asyncio.Lock()


async def compute(features):
    """Return the answer of the model, one call at a time."""
    async with lock:
        return await run_in_threadpool(classify, features)
