# A clock that stands still while the model waits.
# fails: timing
# says: X-Process-Time between

# %% timing
import time


# add_process_time(request, call_next)   a middleware around the one before
@app.middleware("http")
async def add_process_time(request: Request, call_next):
    """Say in each response how long it took, in seconds."""
    began = time.process_time()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.process_time() - began:.6f}"
    return response
