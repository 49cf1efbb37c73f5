# One limit for all addresses together.
# fails: open_limit
# says: each address has a limit of its own

# %% open_limit
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.util import get_remote_address

# limiter              a Limiter that counts in the store, and by itself where there is none
# RateLimitExceeded    becomes a 429 with Retry-After
# GET /model           the version and the classes, at most OPEN_LIMIT for each address
limiter = Limiter(
    key_func=lambda: "all",
    storage_uri=CACHE_URL or "memory://",
    storage_options={"socket_timeout": 0.2, "socket_connect_timeout": 0.2} if CACHE_URL else {},
    in_memory_fallback_enabled=True,
    headers_enabled=True,
)
app.state.limiter = limiter
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)


@app.get("/model")
@limiter.limit(OPEN_LIMIT)
def read_model(request: Request, response: Response):
    """Say which model is served."""
    return {"version": app.state.saved["version"], "classes": app.state.saved["classes"]}
