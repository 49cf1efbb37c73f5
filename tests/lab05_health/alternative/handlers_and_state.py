# The slide, mended: decorators, the state of the app, a queue for the log, a route that is found again.
# second: health, readiness
# points: 16

# %% health
from datetime import UTC, datetime


@app.get("/health", response_model=None)
async def health():
    """Alive."""
    loaded = app.state.saved is not None and "model" in app.state.saved
    return JSONResponse(
        {"status": "healthy", "model_loaded": loaded, "version": app.version, "timestamp": f"{datetime.now(UTC):%FT%TZ}"}
    )

# %% readiness
import asyncio

app.state.phase = "loading"


@asynccontextmanager
async def lifespan(app):
    loop = asyncio.get_running_loop()

    def work():
        app.state.saved = joblib.load(MODEL_PATH)
        row = [[0.0] * app.state.saved["model"].n_features_in_]
        app.state.saved["model"].predict(row)

    def done(future):
        app.state.phase = "failed" if future.exception() else "ready"

    future = loop.run_in_executor(None, work)
    future.add_done_callback(done)
    yield


@app.get("/readiness")
async def readiness():
    """Ready."""
    if app.state.phase != "ready":
        headers = {"Retry-After": "1"} if app.state.phase == "loading" else {"Retry-After": "60"}
        raise HTTPException(status_code=503, detail=app.state.phase, headers=headers)
    return {"status": app.state.phase}

# %% request_id
import re
from uuid import uuid1


@app.middleware("http")
async def request_ids(request: Request, call_next):
    sent = request.headers.get("X-Request-ID")
    request.state.request_id = sent if sent and re.search(r"^[A-Za-z0-9-]{1,64}$", sent) else str(uuid1())
    try:
        response = await call_next(request)
    except Exception as problem:
        logger.error("%s: %s", request.state.request_id, type(problem).__name__, exc_info=problem)
        response = JSONResponse({"detail": "Sorry."}, status_code=500)
    response.headers.append("X-Request-ID", request.state.request_id)
    return response

# %% timing
from timeit import default_timer


@app.middleware("http")
async def process_time(request: Request, call_next):
    began = default_timer()
    response = await call_next(request)
    response.headers.update({"X-Process-Time": f"{default_timer() - began:e}"})
    return response

# %% json_logs
import logging.handlers
import queue
import sys

records = queue.SimpleQueue()
output = logging.StreamHandler(sys.stdout)
logging.handlers.QueueListener(records, output).start()
json_logger = logging.Logger("lines")
json_logger.addHandler(logging.handlers.QueueHandler(records))


def template(request):
    """Return the template, found again by what the routes match."""
    from starlette.routing import Match

    found = [route.path for route in app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return found[0] if found else "elsewhere"


@app.middleware("http")
async def json_line(request: Request, call_next):
    began = default_timer()
    response = await call_next(request)
    line = dict(timestamp=str(datetime.now(UTC)), level="INFO", method=request.method, route=template(request))
    line |= dict(status=response.status_code, duration_ms=round((default_timer() - began) * 1000, 2))
    json_logger.info(json.dumps(line | dict(request_id=request.state.request_id)))
    return response

# %% metrics
from fastapi.responses import PlainTextResponse
from prometheus_client import REGISTRY, Counter, Histogram, disable_created_metrics, exposition

disable_created_metrics()
http_requests = Counter("requests", "Requests.", ["method", "route", "status"], namespace="http")
prediction_seconds = Histogram("seconds", "Predictions.", subsystem="prediction")
classify_untimed = classify


def classify(features):
    began = default_timer()
    try:
        return classify_untimed(features)
    finally:
        prediction_seconds.observe(default_timer() - began)


@app.middleware("http")
async def count(request: Request, call_next):
    response = await call_next(request)
    labels = {"method": request.method, "route": template(request), "status": response.status_code}
    http_requests.labels(**labels).inc()
    return response


@app.get("/metrics", response_class=PlainTextResponse)
def metrics():
    return exposition.generate_latest(REGISTRY).decode()
