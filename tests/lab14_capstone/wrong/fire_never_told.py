# The other replica is never told.
# fails: under_fire
# says: has to look

# %% under_fire
import asyncio

# a resource    looks every half second whether another replica was told to serve another model, and serves it


async def follow(app):
    """Serve what STATE_PATH says, also where another process was told so."""
    while True:
        await asyncio.sleep(3600)
        name = chosen()
        if name is None or (app.state.active and name == app.state.active.name):
            continue
        try:
            served = await run_in_threadpool(tried, name)
        except Exception:
            logger.exception("%s cannot be followed", name)
            continue
        if chosen() == name:  # somebody may have chosen again meanwhile
            app.state.active = served


@resources.append
@asynccontextmanager
async def follower(app):
    """Follow while the app runs."""
    task = asyncio.create_task(follow(app))
    yield
    task.cancel()
