# Futures are kept by their row: of two who ask the same, one waits for ever.
# fails: microbatch
# says: is the future kept with its row

# %% microbatch
import asyncio
from contextlib import asynccontextmanager

from fastapi.concurrency import run_in_threadpool

# ask_model(features)    the same as before; requests at the same time share a call of classify
# and a resource: whoever gathers rows, calls, and hands out the answers


promises = {}


async def gather_rows(queue):
    """Return those who wait: one, and who else comes within MAX_WAIT, as many as MAX_BATCH."""
    batch = [await queue.get()]
    try:
        async with asyncio.timeout(MAX_WAIT):
            while len(batch) < MAX_BATCH:
                batch.append(await queue.get())
    except TimeoutError:
        pass
    return batch


async def answer(batch):
    """Call the model for all rows, and give each one who waits what belongs to their row."""
    try:
        answers = await run_in_threadpool(classify, batch)
    except Exception as problem:
        if len(batch) > 1:
            for one in batch:
                await answer([one])
            return
        answers = [problem]
    for row, found in zip(batch, answers):
        promise = promises[tuple(row)]
        if promise.done():  # whoever has asked is gone
            continue
        if isinstance(found, Exception):
            promise.set_exception(found)
        else:
            promise.set_result(found)


@resources.append
@asynccontextmanager
async def open_queue():
    """Own a queue, and whoever works it off."""
    queue = app.state.queue = asyncio.Queue()

    async def work():
        while True:
            await answer(await gather_rows(queue))

    worker = asyncio.create_task(work())
    yield
    worker.cancel()


async def ask_model(features):
    """Wait for the answer to one row, which shares a call with others."""
    promise = asyncio.get_running_loop().create_future()
    promises[tuple(features)] = promise
    await app.state.queue.put(features)
    return await promise
