# One client for the app that holds the event loop for as long as the upstream takes.
# fails: client
# says: httpx.AsyncClient
# not_attempted: gather, deadline, processes, capacity, background, jobs

# %% client
from contextlib import asynccontextmanager

import httpx


@resources.append
@asynccontextmanager
async def open_client():
    with httpx.Client(base_url=UPSTREAM_URL, timeout=None) as client:
        app.state.client = client
        yield


async def call(method, path, **more):
    response = app.state.client.request(method, path, **more)
    response.raise_for_status()
    return response
