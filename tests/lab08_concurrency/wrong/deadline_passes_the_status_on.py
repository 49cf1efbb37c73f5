# Whatever status the upstream has is passed on.
# fails: deadline
# says: 502, since the upstream says 500

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
        raise HTTPException(problem.response.status_code, "The feature store has failed.")
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
