# call_next is called and not awaited, so there is no response yet.
# fails: health, readiness, request_id, timing, json_logs, metrics
# says: response = await call_next(request)

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - began:.6f}"
    return response
