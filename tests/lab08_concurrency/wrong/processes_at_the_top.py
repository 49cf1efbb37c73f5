# A pool at the top of the module, which is left when the server ends.
# fails: processes
# says: around the yield of a resource

# %% processes
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

# open_pool()       a resource: two processes, in app.state.pool
# compute(text)     slow_hash(text) in one of them
pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


async def compute(text):
    """Compute the hash of a text in another process."""
    return await asyncio.get_running_loop().run_in_executor(pool, slow_hash, text)
