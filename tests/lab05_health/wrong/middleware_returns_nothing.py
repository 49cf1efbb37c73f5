# Middleware that asks for the response and returns none: every request breaks, and each exercise says where to begin.
# fails: health, readiness, request_id, timing, json_logs, metrics
# says: the middleware in timing stands before every route: mend it first, let it return what call_next has given it
# points: 0

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - began:.6f}"
