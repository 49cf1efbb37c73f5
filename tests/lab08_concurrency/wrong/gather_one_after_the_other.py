# An await in a loop: each call waits for the one before.
# fails: gather
# says: an await in a loop

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    features, missing = [], []
    for name in names:
        try:
            features.append(await fetch(name))
        except Exception:
            missing.append(name)
    return {"features": features, "missing": missing}
