# A pool that nobody shuts down.
# fails: processes
# says: around the yield of a resource

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
    app.state.pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    yield


async def compute(text):
    """Compute the hash of a text in another process."""
    return await asyncio.get_running_loop().run_in_executor(app.state.pool, slow_hash, text)
