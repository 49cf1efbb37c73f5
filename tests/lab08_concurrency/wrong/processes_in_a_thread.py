# A thread, which shares the interpreter with the event loop.
# fails: processes
# says: hand slow_hash to a ProcessPoolExecutor

# %% processes
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager

# open_pool()       a resource: two processes, in app.state.pool
# compute(text)     slow_hash(text) in one of them


@resources.append
@asynccontextmanager
async def open_pool():
    """Own two processes for as long as the app runs."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        app.state.pool = pool
        yield


async def compute(text):
    """Compute the hash of a text in another process."""
    return await asyncio.to_thread(slow_hash, text)
