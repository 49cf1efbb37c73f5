# Both looks at the clock come before the request is handled.
# fails: timing
# says: X-Process-Time between

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    took = time.perf_counter() - began
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{took:.6f}"
    return response
