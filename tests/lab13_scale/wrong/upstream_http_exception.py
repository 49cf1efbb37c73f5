# HTTPException in place of Unavailable: the route makes a 502 of it.
# fails: upstream
# says: raise that, with its status
# says_not: are about silence

# %% upstream
import asyncio
from contextlib import asynccontextmanager

import httpx

# open_client()             a resource: the one client of the app, in app.state.client
# call(name, features)      the same as before, with that client; Unavailable(502) or Unavailable(504) if it fails


@resources.append
@asynccontextmanager
async def open_client():
    """Own one client for as long as the app runs."""
    async with httpx.AsyncClient(timeout=UPSTREAM_TIMEOUT) as client:
        app.state.client = client
        yield


async def call(name, features):
    """Ask the model of a name; it has UPSTREAM_TIMEOUT seconds for all of its answer."""
    try:
        async with asyncio.timeout(UPSTREAM_TIMEOUT):
            reply = await app.state.client.post(f"{MODEL_URLS[name]}/predict", json={"features": features})
        found = reply.json()
    except (TimeoutError, httpx.TimeoutException):
        raise HTTPException(504)
    except (httpx.HTTPError, ValueError):
        raise Unavailable(502)
    if reply.status_code != 200 or not isinstance(found, dict):
        raise Unavailable(502)
    return found
