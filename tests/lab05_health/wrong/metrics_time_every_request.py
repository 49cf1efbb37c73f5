# Every request counts as a prediction.
# fails: metrics
# says: prediction_seconds_count 3 higher

# %% metrics
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

# REQUESTS, PREDICTIONS               a counter with three labels, and a histogram
# classify                            the same function, timed by the histogram
# count_request(request, call_next)   a middleware that counts
# GET /metrics                        the text that generate_latest() returns
REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
PREDICTIONS = Histogram("prediction_seconds", "How long the model took for one prediction.")



@app.middleware("http")
async def count_request(request: Request, call_next):
    """Count each request by what it asked for and what came of it."""
    with PREDICTIONS.time():
        response = await call_next(request)
    route = request.scope.get("route")
    REQUESTS.labels(request.method, route.path if route else "unknown", response.status_code).inc()
    return response


@app.get("/metrics")
async def metrics():
    """Tell every number that is counted here."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
