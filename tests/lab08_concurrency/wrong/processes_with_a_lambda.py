# A lambda has no name by which another process could find it.
# fails: processes
# says: only the name of a function

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
    return await asyncio.get_running_loop().run_in_executor(app.state.pool, lambda: slow_hash(text))
