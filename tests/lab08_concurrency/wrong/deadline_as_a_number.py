# The deadline is 1 second, whatever DEADLINE says.
# fails: deadline
# says: the deadline is DEADLINE

# %% deadline
import asyncio

import httpx


async def look_up(name):
    """Fetch a feature in time, and answer 504, 404 or 502 where that does not go well."""
    try:
        async with asyncio.timeout(1):
            return await fetch(name)
    except TimeoutError:
        raise HTTPException(504, "The feature store did not answer in time.")
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "There is no such feature.")
        raise HTTPException(502, "The feature store has failed.")
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
