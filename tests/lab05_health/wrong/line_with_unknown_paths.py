# Unknown paths stand in the log as somebody sent them.
# fails: json_logs
# says: a word of your own

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
        "route": route.path if route else request.url.path,
        "status": response.status_code,
        "duration_ms": round(1000 * (time.perf_counter() - began), 3),
        "request_id": response.headers.get("X-Request-ID"),
    }
    print(json.dumps(line), flush=True)
    return response
