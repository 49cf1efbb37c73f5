# The deadline is for the head of the answer alone.
# fails: deadline
# says: not complete

# %% deadline
import asyncio

import httpx


async def look_up(name):
    """Fetch a feature in time, and answer 504, 404 or 502 where that does not go well."""
    try:
        async with asyncio.timeout(DEADLINE):
            request = app.state.client.build_request("GET", f"/features/{name}")
            response = await app.state.client.send(request, stream=True)
        await response.aread()
        await response.aclose()
        response.raise_for_status()
        return response.json()
    except TimeoutError:
        raise HTTPException(504, "The feature store did not answer in time.")
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code == 404:
            raise HTTPException(404, "There is no such feature.")
        raise HTTPException(502, "The feature store has failed.")
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The feature store cannot be understood, or is not there.")
