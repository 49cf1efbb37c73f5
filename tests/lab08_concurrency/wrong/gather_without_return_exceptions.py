# The first failure is raised, and there is no report.
# fails: gather
# says: return_exceptions=True

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    answers = await asyncio.gather(*map(fetch, names))
    return {"features": answers, "missing": []}
