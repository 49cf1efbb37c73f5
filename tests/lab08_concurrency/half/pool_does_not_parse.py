# A bracket is missing in the pool: it costs its own exercise and no other.
# fails: processes
# says: SyntaxError
# points: 15

# %% processes
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


@resources.append
@asynccontextmanager
async def open_pool():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn") as pool:
        app.state.pool = pool
        yield
