# The header is in seconds.
# fails: timing
# says: these are milliseconds

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{1000 * (time.perf_counter() - began):.3f}"
    return response
