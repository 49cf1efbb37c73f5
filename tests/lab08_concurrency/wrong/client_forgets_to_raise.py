# A status of the upstream is not looked at: what it says of its failure is passed on as a feature.
# fails: gather, deadline, capacity
# says: nothing

# %% client
from contextlib import asynccontextmanager

import httpx

# open_client()                 a resource: the one client of the app, in app.state.client
# call(method, path, **more)    the same as before, with that client


@resources.append
@asynccontextmanager
async def open_client():
    """Own one client for as long as the app runs."""
    async with httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=None) as client:
        app.state.client = client
        yield


async def call(method, path, **more):
    """Ask the upstream with the client of the app."""
    response = await app.state.client.request(method, path, **more)
    return response
