# One name too few.
# fails: gather
# says: calls at the upstream

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query(min_length=1, max_length=9)]):
    """Ask the upstream for several features at the same time."""
    answers = await asyncio.gather(*map(fetch, names), return_exceptions=True)
    features = [answer for answer in answers if not isinstance(answer, Exception)]
    missing = [name for name, answer in zip(names, answers) if isinstance(answer, Exception)]
    return {"features": features, "missing": missing}
