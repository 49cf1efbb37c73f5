# A number and nothing else.
# fails: timing
# says: a number and nothing else

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - began:.6f} s"
    return response
