# Layers of plain ASGI in place of middleware functions, for the voice and for the books.
# points: 30

# %% one_voice
from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException


class Voice:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, begun = Request(scope, receive), False

        async def named(message):
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id_of(request)
            await send(message)

        try:
            await self.app(scope, receive, named)
        except Exception:
            logger.exception("failed")
            if begun:
                raise
            await problem(request, 500, "This failed.")(scope, receive, named)


async def refused(request, error):
    return problem(request, error.status_code, str(error.detail), error.headers)


async def invalid(request, error):
    fields = {".".join(str(part) for part in one["loc"]): one["msg"] for one in error.errors()}
    return problem(request, 422, "not valid: " + ", ".join(fields), fields=fields)


app.add_exception_handler(AnyHTTPException, refused)
app.add_exception_handler(RequestValidationError, invalid)
app.add_middleware(Voice)
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.allowed_origins.replace(" ", "").split(","),
    allow_methods=["*"],
    allow_headers=["*"],
    expose_headers=["Retry-After", "X-Request-ID"],
)


# %% books
import os
import sys

from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "All requests.", ["method", "route", "status"])
PREDICTIONS = Counter("predictions_total", "All predictions.", ["model_version"])
writing = threading.Lock()


class Books:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, status, began = Request(scope), 500, time.monotonic()

        async def heard(message):
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, heard)
        finally:
            self.note(request, status, 1000 * (time.monotonic() - began))

    def note(self, request, status, duration):
        route = request.scope.get("route")
        path = route.path if hasattr(route, "path") else "none"
        REQUESTS.labels(method=request.method, route=path, status=str(status)).inc()
        client = client_of(request)
        entry = dict(time=time.time(), method=request.method, route=path, status=status, duration_ms=duration)
        entry.update(request_id=request_id_of(request), client=client and client.client)
        sys.stdout.write(json.dumps(entry) + "\n")
        sys.stdout.flush()


async def answered(request, row, answer):
    who = client_of(request)
    entry = json.dumps(
        dict(
            request_id=request_id_of(request),
            client=who.client if who else None,
            model_version=answer["model_version"],
            features=row,
            label=answer["label"],
        )
    )
    with writing:
        number = os.open(settings.audit_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(number, entry.encode() + b"\n")
        os.close(number)
    PREDICTIONS.labels(model_version=answer["model_version"]).inc()


app.add_middleware(Books)


@app.get("/metrics")
def metrics():
    from prometheus_client.exposition import generate_latest

    return Response(generate_latest(), media_type="text/plain; version=0.0.4")
