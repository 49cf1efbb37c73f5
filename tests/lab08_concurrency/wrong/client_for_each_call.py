# The slide: a client for each request, and so a connection for each.
# fails: client
# says: make one client when the app starts

# %% client
import httpx


# open_client()                 a resource: the one client of the app, in app.state.client
# call(method, path, **more)    the same as before, with that client
async def call(method, path, **more):
    """Ask the upstream."""
    async with httpx.AsyncClient(base_url=UPSTREAM_URL, timeout=httpx.Timeout(None)) as client:
        response = await client.request(method, path, **more)
    response.raise_for_status()
    return response
