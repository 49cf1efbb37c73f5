# One at a time, each by itself: nothing is called for all who wait.
# fails: queue
# says: one call with many rows

# %% queue
import asyncio

MOST = 32
one_at_a_time = asyncio.Semaphore(1)
count = 0


async def compute(row):
    """Call the model when nobody else does."""
    global count
    if count > settings.queue_limit:
        raise HTTPException(503, "Too many wait.", headers={"Retry-After": "1"})
    count += 1
    try:
        async with one_at_a_time:
            served = active()
            probabilities = await run_in_threadpool(served.model.predict_proba, [row])
            return describe(served, probabilities[0])
    finally:
        count -= 1
