# The id is set further inside, in a ContextVar. What is set there does not come back.
# fails: json_logs
# says: has its old value here

# %% request_id
import re
import uuid
from contextvars import ContextVar

REQUEST_ID = ContextVar("request_id", default="-")


# choose_id(sent)                      the id that was sent, if it is one, else a new one
# add_request_id(request, call_next)   a middleware, which answers 500 where something was raised
def choose_id(sent):
    """Return the id that the client sent if it is one, else a new one."""
    if sent is not None and re.fullmatch("[A-Za-z0-9-]{1,64}", sent):
        return sent
    return str(uuid.uuid4())


@app.middleware("http")
async def add_request_id(request: Request, call_next):
    """Give each response the id of its request, also where the request has failed."""
    request.state.request_id = choose_id(request.headers.get("X-Request-ID"))
    REQUEST_ID.set(request.state.request_id)
    try:
        response = await call_next(request)
    except Exception:
        logger.exception("request %s failed", request.state.request_id)
        response = JSONResponse({"detail": "Internal Server Error"}, status_code=500)
    response.headers["X-Request-ID"] = request.state.request_id
    return response

# %% json_logs
import json
import time
from datetime import UTC, datetime


# write_line(request, call_next)   a middleware that prints one line of JSON
@app.middleware("http")
async def write_line(request: Request, call_next):
    """Print one line about each request."""
    began = time.perf_counter()
    response = await call_next(request)
    route = request.scope.get("route")
    line = {
        "timestamp": datetime.now(UTC).isoformat(),
        "level": "ERROR" if response.status_code >= 500 else "INFO",
        "method": request.method,
        "route": route.path if route else "unknown",
        "status": response.status_code,
        "duration_ms": round(1000 * (time.perf_counter() - began), 3),
        "request_id": REQUEST_ID.get(),
    }
    print(json.dumps(line), flush=True)
    return response
