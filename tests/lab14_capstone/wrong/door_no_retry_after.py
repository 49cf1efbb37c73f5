# A 429 does not say when to come again.
# fails: door
# also: under_fire
# says: Retry-After

# %% door
import math

# buckets                  a TokenBucket for each client
# enter(request, scope)    lets the request in, or raises 401, 403 or 429


buckets = {}


async def enter(request, scope):
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
        raise HTTPException(429, "You ask too often.")
