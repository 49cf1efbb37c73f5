# The line is logged, and nothing shows it: the logger has no handler, and INFO is below what Python shows then.
# fails: json_logs
# says: a logger without a handler

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
        "request_id": response.headers.get("X-Request-ID"),
    }
    logger.info(json.dumps(line))
    return response
