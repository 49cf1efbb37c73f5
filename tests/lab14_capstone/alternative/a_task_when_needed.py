# No task waits for work: one is made when somebody comes and none is there. The follower looks at the file's time.
# points: 30

# %% queue
import asyncio
from collections import deque

waiting = deque()
task = None


async def clear_up():
    while waiting:
        batch = [waiting.popleft() for _ in range(min(32, len(waiting)))]
        served = app.state.active
        rows = [row for row, _ in batch]
        results = await asyncio.gather(
            run_in_threadpool(served.model.predict_proba, rows), return_exceptions=True
        )
        for number, (_, future) in enumerate(batch):
            if future.cancelled():
                continue
            if isinstance(results[0], Exception):
                future.set_exception(results[0])
            else:
                future.set_result(describe(served, results[0][number]))


async def compute(row):
    global task
    if app.state.active is None:
        raise HTTPException(503, "no model yet", {"Retry-After": "5"})
    if len(waiting) == settings.queue_limit:
        raise HTTPException(503, "too many", {"Retry-After": "1"})
    future = asyncio.Future()
    waiting.append((row, future))
    if task is None or task.done():
        task = asyncio.create_task(clear_up())
    return await future


# %% under_fire
@resources.append
@asynccontextmanager
async def poll(app):
    async def forever():
        seen = None
        while True:
            try:
                time_of_change = settings.state_path.stat().st_mtime_ns
                if time_of_change != seen:
                    name = chosen()
                    if name and name != getattr(app.state.active, "name", None):
                        served = await asyncio.to_thread(tried, name)
                        if chosen() == name:
                            app.state.active = served
                    seen = time_of_change
            except Exception as error:
                logger.debug("%r", error)
            await asyncio.sleep(0.2)

    watching = asyncio.ensure_future(forever())
    try:
        yield
    finally:
        watching.cancel()
