# httpx's timeout is taken for a deadline: an answer that drips is never late.
# fails: deadline
# says: is about silence

# %% deadline
import asyncio

import httpx


async def look_up(name):
    """Fetch a feature in time, and answer 504, 404 or 502 where that does not go well."""
    try:
        response = await app.state.client.get(f"/features/{name}", timeout=DEADLINE)
        response.raise_for_status()
        return response.json()
    except httpx.TimeoutException:
        raise HTTPException(504, "The feature store did not answer in time.")
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "There is no such feature.")
        raise HTTPException(502, "The feature store has failed.")
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
