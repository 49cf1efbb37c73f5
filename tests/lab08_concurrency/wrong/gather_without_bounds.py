# Any number of names.
# fails: gather
# says: 422 naming names

# %% gather
import asyncio


@app.get("/report")
async def report(names: Annotated[list[Name], Query()]):
    """Ask the upstream for several features at the same time."""
    answers = await asyncio.gather(*map(fetch, names), return_exceptions=True)
    features = [answer for answer in answers if not isinstance(answer, Exception)]
    missing = [name for name, answer in zip(names, answers) if isinstance(answer, Exception)]
    return {"features": features, "missing": missing}
