# Text written by hand, without prometheus_client; a pool for the load; one middleware for everything.
# points: 16

# %% health
import datetime


@app.get("/health/")
def health():
    return dict(
        status="healthy",
        model_loaded=isinstance(app.state.saved, dict),
        version="1.0.0",
        timestamp=datetime.datetime.now().astimezone().isoformat(),
    )

# %% readiness
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)
prepared = None


def prepare():
    load_model()
    return app.state.saved["model"].predict([[4.9, 3.0, 1.4, 0.2]])


@asynccontextmanager
async def lifespan(app):
    global prepared
    prepared = pool.submit(prepare)
    yield
    pool.shutdown(wait=False, cancel_futures=True)


@app.get("/readiness")
async def readiness():
    if prepared is None or not prepared.done() or prepared.exception() is not None:
        return Response("", 503, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})
    return {"status": "ready"}

# %% request_id
import re
import uuid

# the middleware stands in metrics

# %% timing
import time

# the middleware stands in metrics

# %% json_logs
import sys

# the middleware stands in metrics

# %% metrics
import threading
from collections import Counter

counts, sums = Counter(), Counter()
lock = threading.Lock()
BOUNDS = [0.01, 0.1, 1.0, float("inf")]
given = classify


def classify(features):
    began = time.perf_counter()
    answer = given(features)
    took = time.perf_counter() - began
    with lock:
        sums["seconds"] += took
        sums["count"] += 1
        for bound in BOUNDS:
            sums[bound] += took <= bound
    return answer


@app.middleware("http")
async def everything(request: Request, call_next):
    began = time.perf_counter()
    sent = request.headers.get("X-Request-ID", "")
    name = sent if re.fullmatch(r"[a-zA-Z0-9\-]{1,64}", sent) else f"{uuid.uuid4()}"
    try:
        response = await call_next(request)
    except Exception as problem:
        print(type(problem).__name__, file=sys.stderr)
        response = JSONResponse({"error": name}, 500)
    took = time.perf_counter() - began
    route = request.scope["route"].path if "route" in request.scope else "-"
    response.headers["X-Request-ID"] = name
    response.headers["X-Process-Time"] = repr(took)
    counts[request.method, route, response.status_code] += 1
    line = {
        "request_id": name,
        "duration_ms": 1000 * took,
        "status": response.status_code,
        "route": route,
        "method": request.method,
        "level": "INFO",
        "timestamp": datetime.datetime.now(datetime.UTC).isoformat(),
        "message": "answered",
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return response


@app.get("/metrics")
async def metrics():
    text = ["# TYPE http_requests_total counter"]
    for (method, route, status), count in counts.items():
        text.append(f'http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
    text.append("# TYPE prediction_seconds histogram")
    for bound in BOUNDS:
        text.append(f'prediction_seconds_bucket{{le="{bound if bound < 9 else "+Inf"}"}} {sums[bound]}')
    text += [f"prediction_seconds_sum {float(sums['seconds'])}", f"prediction_seconds_count {sums['count']}", ""]
    return Response("\n".join(text), media_type="text/plain; version=0.0.4")
