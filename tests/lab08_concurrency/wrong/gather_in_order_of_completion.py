# Features in the order in which they have come.
# fails: gather
# says: gather keeps it, as_completed does not

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    features, missing = [], []
    async def one(name):
        try:
            features.append(await fetch(name))
        except Exception:
            missing.append(name)
    await asyncio.gather(*map(one, names))
    return {"features": features, "missing": missing}
