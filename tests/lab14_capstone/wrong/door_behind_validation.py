# The door stands in the endpoint, behind validation.
# fails: door
# says: before the fields

# %% door
import math

# buckets                  a TokenBucket for each client
# enter(request, scope)    lets the request in, or raises 401, 403 or 429


buckets = {}


inside = predicted


async def predicted(flower, request, response):
    """Answer a prediction of somebody who may ask."""
    await pass_door(request, "predict")
    return await inside(flower, request, response)


async def enter(request, scope):
    """Let a request in, if it is no prediction."""
    if scope == "admin":
        await pass_door(request, scope)


async def pass_door(request, scope):
    """Let a request in whose client may do this, and has a token."""
    client = client_of(request)
    if client is None:
        raise HTTPException(401, "This takes a key.", headers={"WWW-Authenticate": "ApiKey"})
    if scope not in client.scopes:
        raise HTTPException(403, f"This takes the scope {scope}.")
    if scope != "predict":
        return
    bucket = buckets.setdefault(client.client, TokenBucket(settings.burst, settings.rate))
    if wait := bucket.take():
        raise HTTPException(429, "You ask too often.", headers={"Retry-After": str(max(1, math.ceil(wait)))})
