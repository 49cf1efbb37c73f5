# A number is no text, and a header takes text only.
# fails: health, readiness, request_id, timing, json_logs, metrics
# says: a header takes text only
# points: 0

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = time.perf_counter() - began
    return response
