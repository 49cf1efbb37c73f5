# The model is called in the event loop.
# fails: queue
# also: under_fire
# says: thread

# %% queue
import asyncio

MOST = 32
waiting = []  # pairs of a row and the future of its answer
somebody = asyncio.Event()

# compute(row)    waits for the next call; a 503 if too many wait
# a resource      starts the task that calls the model for all who wait, and ends it


async def compute(row):
    """Wait for the next call of the model, with all the others."""
    active()
    if len(waiting) >= settings.queue_limit:
        raise HTTPException(503, "Too many wait.", headers={"Retry-After": "1"})
    answer = asyncio.get_running_loop().create_future()
    waiting.append((row, answer))
    somebody.set()
    return await answer


async def call(batch):
    """Call the model once, and tell everybody what came of it."""
    served = active()
    try:
        probabilities = served.model.predict_proba([row for row, _ in batch])
        results = [describe(served, one) for one in probabilities]
    except Exception as wrong:
        for _, answer in batch:
            if not answer.done():
                answer.set_exception(wrong)
        return
    for (_, answer), result in zip(batch, results, strict=True):
        if not answer.done():
            answer.set_result(result)


async def work():
    """Call the model for those who wait, one call after the other."""
    while True:
        await somebody.wait()
        somebody.clear()
        while waiting:
            batch, waiting[:] = waiting[:MOST], waiting[MOST:]
            await call(batch)


@resources.append
@asynccontextmanager
async def worker(app):
    """Let the work be done while the app runs."""
    task = asyncio.create_task(work())
    yield
    task.cancel()
