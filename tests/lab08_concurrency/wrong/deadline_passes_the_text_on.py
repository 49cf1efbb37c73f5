# What the upstream says of its failure is passed on.
# fails: deadline
# says: say in your own words

# %% deadline
import asyncio

import httpx


async def look_up(name):
    """Fetch a feature in time, and answer 504, 404 or 502 where that does not go well."""
    try:
        async with asyncio.timeout(DEADLINE):
            return await fetch(name)
    except TimeoutError:
        raise HTTPException(504, "The feature store did not answer in time.")
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "There is no such feature.")
        raise HTTPException(502, problem.response.text)
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
