# as_completed, and the names are matched with what comes first.
# fails: gather
# says: as_completed does not

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    features, missing = [], []
    for name, coming in zip(names, asyncio.as_completed(map(fetch, names))):
        try:
            features.append(await coming)
        except Exception:
            missing.append(name)
    return {"features": features, "missing": missing}
