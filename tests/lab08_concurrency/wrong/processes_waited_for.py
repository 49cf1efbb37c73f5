# The result of the pool is waited for in the event loop.
# fails: processes
# says: .result() waits in the event loop

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
    return app.state.pool.submit(slow_hash, text).result()
