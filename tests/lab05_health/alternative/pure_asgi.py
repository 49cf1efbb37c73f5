# Middleware by the letter of ASGI, one for each exercise, and make_asgi_app() as a mount.
# points: 16

# %% health
from datetime import UTC, datetime


async def health():
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    loaded = app.state.saved is not None
    return {"status": "healthy", "model_loaded": loaded, "version": VERSION, "timestamp": now, "uptime": 1}


app.add_api_route("/health", health)

# %% readiness
import threading

state = {"ready": False}


class Preparation(threading.Thread):
    def run(self):
        try:
            load_model()
            app.state.saved["model"].predict_proba([[1, 1, 1, 1]])
        except BaseException:
            logger.error("the model is not ready")
        else:
            state["ready"] = True


@asynccontextmanager
async def lifespan(app):
    Preparation(daemon=True).start()
    yield


@app.get("/readiness/")
async def readiness():
    if state["ready"]:
        return {"status": "ready", "since": "a while"}
    return JSONResponse({"status": "waiting"}, 503, {"Retry-After": "5"})

# %% request_id
import re
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders

GOOD = re.compile(r"\A[A-Za-z0-9-]{1,64}\Z", re.ASCII)


class Named:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        sent = Headers(scope=scope).get("x-request-id") or ""
        scope["request_id"] = name = sent if GOOD.match(sent) else token_hex(16)
        started = False

        async def named(message):
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["X-Request-ID"] = name
            await send(message)

        try:
            await self.app(scope, receive, named)
        except Exception:
            if started:
                raise
            logger.exception("%s failed", name)
            await JSONResponse({"detail": "Something went wrong."}, 500)(scope, receive, named)


app.add_middleware(Named)

# %% timing
from time import perf_counter


class Timed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        began = perf_counter()

        async def timed(message):
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-process-time", f"{perf_counter() - began:.9f}".encode()))
            await send(message)

        await self.app(scope, receive, timed)


app.add_middleware(Timed)

# %% json_logs
class Written:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = perf_counter(), 500

        async def seen(message):
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            line = {
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "level": "info",
                "method": scope["method"],
                "route": scope["route"].path_format if "route" in scope else "unmatched",
                "status": status,
                "duration_ms": int(1000 * (perf_counter() - began)),
                "request_id": scope["request_id"],
            }
            print(json.dumps(line, separators=(",", ":")))


app.add_middleware(Written)

# %% metrics
from prometheus_client import Counter, Histogram, make_asgi_app

COUNT = Counter("http_requests", "Requests", ("method", "route", "status", "app"))
SECONDS = Histogram("prediction_seconds", "Seconds", ["model"])
plain = classify


def classify(features):
    with SECONDS.labels("iris").time():
        return plain(features)


class Counted:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def counted(message):
            if message["type"] == "http.response.start":
                route = scope["route"].path if "route" in scope else "unmatched"
                COUNT.labels(scope["method"], route, message["status"], "lab05").inc()
            await send(message)

        await self.app(scope, receive, counted)


app.add_middleware(Counted)
app.mount("/metrics", make_asgi_app())
