# The status of the model is not looked at.
# fails: upstream, aggregate, breaker
# says: httpx raises nothing for a status

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
        raise Unavailable(504)
    except (httpx.HTTPError, ValueError):
        raise Unavailable(502)
    if not isinstance(found, dict):
        raise Unavailable(502)
    return found
