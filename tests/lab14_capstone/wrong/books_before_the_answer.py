# The audit is written before there is an answer.
# fails: books
# also: under_fire
# says: when there is an answer

# %% books
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
PREDICTIONS = Counter("predictions", "Predictions that were answered.", ["model_version"])

# answered(request, row, answer)    counts, and writes a line into AUDIT_PATH
# a middleware around all others    prints a line of JSON, and counts
# GET /metrics                      what generate_latest() says


def write(line):
    """Add a line to the audit, in one piece: another process may do so at the same time."""
    with settings.audit_path.open("a", encoding="utf-8") as audit:
        audit.write(json.dumps(line) + "\n")


inner = predicted


async def predicted(flower, request, response):
    """Take note, and answer."""
    client = client_of(request)
    line = {"request_id": request_id_of(request), "client": client.client if client else None}
    await run_in_threadpool(write, line | {"features": flower.features, "model_version": active().version})
    return await inner(flower, request, response)


async def answered(request, row, answer):
    """Take note of an answer."""
    PREDICTIONS.labels(answer["model_version"]).inc()


@app.middleware("http")
async def keep_books(request: Request, call_next):
    """Print a line about each request, and count it, also where it has failed."""
    began, status = time.perf_counter(), 500
    try:
        response = await call_next(request)
        status = response.status_code
        return response
    finally:
        client, route = client_of(request), getattr(request.scope.get("route"), "path", None) or "unknown"
        REQUESTS.labels(request.method, route, status).inc()
        line = {
            "timestamp": datetime.now(UTC).isoformat(),
            "level": "ERROR" if status >= 500 else "INFO",
            "method": request.method,
            "route": route,
            "status": status,
            "duration_ms": round(1000 * (time.perf_counter() - began), 3),
            "request_id": request_id_of(request),
            "client": client.client if client else None,
        }
        print(json.dumps(line), flush=True)


@app.get("/metrics")
async def metrics():
    """Return all counters."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
