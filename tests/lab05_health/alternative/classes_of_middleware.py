# BaseHTTPMiddleware, asyncio.to_thread, a JSON formatter for logging, a registry of its own.
# second: request_id, timing, json_logs, metrics
# points: 16

# %% health
from datetime import datetime, timezone

from starlette.middleware.base import BaseHTTPMiddleware


class Health(BaseModel):
    status: str = "healthy"
    model_loaded: bool
    version: str = VERSION
    timestamp: datetime


@app.get("/health")
def health() -> Health:
    return Health(model_loaded=bool(app.state.saved), timestamp=datetime.now(timezone.utc))

# %% readiness
import asyncio

ready = asyncio.Event()


async def prepare():
    try:
        await asyncio.to_thread(load_model)
        await asyncio.to_thread(classify, [5.8, 2.8, 4.1, 1.3])
        ready.set()
    except Exception as problem:
        logger.error("not ready: %r", problem)


@asynccontextmanager
async def lifespan(app):
    task = asyncio.create_task(prepare())
    yield
    task.cancel()


@app.get("/readiness", responses={503: {"description": "Not ready."}})
async def readiness(response: Response):
    if ready.is_set():
        return {"status": "ready"}
    response.status_code = 503
    response.headers["Retry-After"] = "2"
    return {"status": "not ready"}

# %% request_id
import string
import uuid

SIGNS = frozenset(string.ascii_letters + string.digits + "-")


class RequestIds(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        sent = request.headers.get("x-request-id", "")
        request.state.id = sent if 1 <= len(sent) <= 64 and set(sent) <= SIGNS else uuid.uuid4().hex
        try:
            response = await call_next(request)
        except Exception:
            logger.exception("failed")
            response = Response("Internal Server Error", 500)
        response.headers["x-request-id"] = request.state.id
        return response


app.add_middleware(RequestIds)

# %% timing
import time


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        began = time.monotonic()
        response = await call_next(request)
        response.headers["x-process-time"] = str(time.monotonic() - began)
        return response


app.add_middleware(Timing)

# %% json_logs
import sys


class JsonLines(logging.Formatter):
    def format(self, record):
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        return json.dumps({"timestamp": moment.isoformat(), "level": record.levelname} | record.fields)


lines = logging.getLogger("lab05.lines")
lines.propagate = False
lines.setLevel(logging.INFO)
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonLines())
lines.addHandler(handler)


class Lines(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        began = time.perf_counter()
        response = await call_next(request)
        lines.log(
            logging.INFO if response.status_code < 400 else logging.WARNING,
            "request",
            extra={
                "fields": {
                    "method": request.method,
                    "route": getattr(request.scope.get("route"), "path", "(none)"),
                    "status": response.status_code,
                    "duration_ms": (time.perf_counter() - began) * 1e3,
                    "request_id": request.state.id,
                    "client": request.client.host if request.client else None,
                }
            },
        )
        return response


app.add_middleware(Lines)

# %% metrics
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

registry = CollectorRegistry()
requests = Counter("http_requests_total", "Requests.", ["method", "route", "status"], registry=registry)
seconds = Histogram("prediction_seconds", "Predictions.", buckets=(0.001, 0.01, 0.1, 1), registry=registry)
ask = classify


def classify(features):
    with seconds.time():
        return ask(features)


class Counting(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "(none)")
        requests.labels(method=request.method, route=route, status=str(response.status_code)).inc()
        return response


app.add_middleware(Counting)


@app.get("/metrics", include_in_schema=False)
def metrics():
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
