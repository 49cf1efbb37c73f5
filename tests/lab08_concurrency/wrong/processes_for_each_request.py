# A pool for each request.
# fails: processes
# says: make one pool of two

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
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, slow_hash, text)
