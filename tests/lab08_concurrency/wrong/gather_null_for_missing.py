# What is missing stands among the features as null.
# fails: gather
# says: missing

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=10)]):
    """Ask the upstream for several features at the same time."""
    answers = await asyncio.gather(*map(fetch, names), return_exceptions=True)
    features = [None if isinstance(answer, Exception) else answer for answer in answers]
    missing = [name for name, answer in zip(names, answers) if isinstance(answer, Exception)]
    return {"features": features, "missing": missing}
