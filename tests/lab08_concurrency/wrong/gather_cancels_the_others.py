# A TaskGroup cancels all others when one fails.
# fails: gather
# says: harm

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch(name)) for name in names]
    except* Exception:
        pass
    fine = [task for task in tasks if not task.cancelled() and task.exception() is None]
    missing = [name for name, task in zip(names, tasks) if task not in fine]
    return {"features": [task.result() for task in fine], "missing": missing}
