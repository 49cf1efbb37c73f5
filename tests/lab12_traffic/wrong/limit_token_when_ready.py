# The token is taken when the answer is ready, so a crowd passes together.
# fails: limit
# says: take the token when the request comes

# %% limit
import math
import time

tokens, filled = {}, {}


def admit(client):
    """Look whether there is a token."""
    now = time.monotonic()
    has = tokens.get(client, BURST) + (now - filled.get(client, now)) * RATE
    tokens[client], filled[client] = min(BURST, has), now
    left = tokens[client]
    headers = {"X-RateLimit-Limit": str(BURST), "X-RateLimit-Remaining": str(max(0, int(left - 1)))}
    if left < 1:
        wait = math.ceil((1 - left) / RATE)
        raise HTTPException(429, headers=headers | {"X-RateLimit-Remaining": "0", "Retry-After": str(max(1, wait))})
    return headers


@app.middleware("http")
async def count(request, call_next):
    """Take the token of an answer that was good."""
    response = await call_next(request)
    if request.url.path == "/predict" and response.status_code == 200:
        tokens[API_KEYS[request.headers["X-API-Key"]]] -= 1
    return response
