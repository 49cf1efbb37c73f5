"""The API that lab06 tests: labs 03, 04 and 05 in one, with a model that knows three kinds of iris by their means.

| Request | Answer |
| --- | --- |
| `GET /model` | 200 `{"version", "classes", "loaded_at"}`, loaded_at with its zone, the same on every call |
| `POST /predict` `{"features": [4 finite numbers]}` | 200 `{"class", "label", "confidence", "probabilities",
"model_version"}`: the most probable class, its name, its probability, the probability of each name |
| `POST /predict/batch` `{"rows": [1 to 1000 rows]}` | 200 `{"predictions": [as /predict]}`, in the order of the rows,
with one call of the model |
| `GET /health` | 200 `{"status": "healthy", "model_loaded", "version", "timestamp"}`, with or without a model |
| `GET /readiness` | 200 `{"status": "ready"}` between start-up and shutdown, otherwise 503 with Retry-After |

Neither of the last two calls the model. `create_app()` returns a new app each time; its lifespan loads the model and
lets go of it. The first three get the model from the dependency `get_model`; it raises ModelNotLoadedError if there is
none.

Every error is `application/problem+json`: `type`, `title`, `status`, `detail`, `instance`. 422 adds `errors`, a list of
`{"loc", "msg"}`, and never the rejected input; unknown fields are refused. Without a model: 503 with Retry-After in
whole seconds. Whatever else is raised: 500 with `request_id`, and nothing of the exception. Every response has
`X-Request-ID` (the client's own, if it is 1 to 64 letters, digits and hyphens) and `X-Process-Time`, in seconds.
"""

import logging
import math
import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VERSION = "1.0.0"
RETRY_AFTER = 5
MEANS = {
    "setosa": (5.006, 3.428, 1.462, 0.246),
    "versicolor": (5.936, 2.770, 4.260, 1.326),
    "virginica": (6.588, 2.974, 5.552, 2.026),
}

log = logging.getLogger("iris_api")


class ModelNotLoadedError(Exception):
    """There is no model to ask."""


class Model:
    """A classifier: the nearer a row is to a species' mean, the more probable the species.

    Attributes:
        classes: the names of the species; a class is a place in this list.
        version: the model's version.
        loaded_at: when it was loaded.
    """

    def __init__(self) -> None:
        """Load the model; here that takes no time."""
        self.classes = list(MEANS)
        self.version = VERSION
        self.loaded_at = datetime.now(UTC)

    def predict_proba(self, rows: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return the probability of each class for each row."""
        return [self._probabilities(row) for row in rows]

    def _probabilities(self, row: Sequence[float]) -> list[float]:
        scores = [-3 * min(math.dist(row, mean), 1e300) for mean in MEANS.values()]
        powers = [math.exp(score - max(scores)) for score in scores]
        return [power / sum(powers) for power in powers]


def get_model(request: Request) -> Model:
    """Return the model that the lifespan has loaded; tests put something else in the place of this dependency."""
    model: Model | None = getattr(request.app.state, "model", None)
    if model is None:
        raise ModelNotLoadedError
    return model


Row = Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]
Asked = Annotated[Model, Depends(get_model)]


class Flower(BaseModel):
    """One flower: the length and the width of sepal and petal, in cm."""

    model_config = ConfigDict(extra="forbid")

    features: Row


class Flowers(BaseModel):
    """Many flowers at once."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[list[Row], Field(min_length=1, max_length=1000)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model and warm it up with one prediction, then serve; afterwards let go of it."""
    app.state.model = Model()
    app.state.model.predict_proba([[5.0, 3.0, 4.0, 1.0]])
    app.state.ready = True
    yield
    app.state.ready = False
    app.state.model = None


def create_app() -> FastAPI:
    """Return a new app, which shares nothing with any other."""
    app = FastAPI(title="Iris API", version=VERSION, lifespan=lifespan)
    app.state.ready = False
    app.add_middleware(Observed)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, bad_input)
    app.add_exception_handler(ModelNotLoadedError, model_not_loaded)
    app.get("/model")(describe)
    app.post("/predict")(predict)
    app.post("/predict/batch")(predict_batch)
    app.get("/health")(health)
    app.get("/readiness")(readiness)
    return app


def describe(model: Asked) -> dict[str, Any]:
    """Say which model answers."""
    loaded_at = model.loaded_at.isoformat()
    return {"version": model.version, "classes": model.classes, "loaded_at": loaded_at}


def predict(flower: Flower, model: Asked) -> dict[str, Any]:
    """Say of which species a flower is."""
    [probabilities] = model.predict_proba([flower.features])
    return _answer(model, probabilities)


def predict_batch(flowers: Flowers, model: Asked) -> dict[str, Any]:
    """Say of which species each flower is, with one call of the model."""
    found = model.predict_proba(flowers.rows)
    return {"predictions": [_answer(model, probabilities) for probabilities in found]}


def health(request: Request) -> dict[str, Any]:
    """Say that the process is alive."""
    loaded = getattr(request.app.state, "model", None) is not None
    timestamp = datetime.now(UTC).isoformat()
    return {"status": "healthy", "model_loaded": loaded, "version": VERSION, "timestamp": timestamp}


def readiness(request: Request) -> dict[str, Any]:
    """Say whether requests may be sent here."""
    if not request.app.state.ready:
        raise HTTPException(503, "not ready", headers={"Retry-After": str(RETRY_AFTER)})
    return {"status": "ready"}


def _answer(model: Model, probabilities: Sequence[float]) -> dict[str, Any]:
    best = max(range(len(probabilities)), key=lambda index: probabilities[index])
    return {
        "class": best,
        "label": model.classes[best],
        "confidence": probabilities[best],
        "probabilities": dict(zip(model.classes, probabilities, strict=True)),
        "model_version": model.version,
    }


async def http_error(request: Request, error: Any) -> JSONResponse:
    """Answer for an HTTPException, those of unknown paths and methods included."""
    return _problem(request.url.path, error.status_code, str(error.detail), headers=error.headers)


async def bad_input(request: Request, error: Any) -> JSONResponse:
    """Say which field was refused and why, without what was sent."""
    errors = [{"loc": list(problem["loc"]), "msg": problem["msg"]} for problem in error.errors()]
    return _problem(request.url.path, 422, "the input was refused", errors=errors)


async def model_not_loaded(request: Request, error: Any) -> JSONResponse:
    """Say that there is no model now, and when to ask again."""
    wait = {"Retry-After": str(RETRY_AFTER)}
    return _problem(request.url.path, 503, "no model is loaded", headers=wait)


def _problem(path: str, status: int, detail: str, *, headers: Any = None, **more: Any) -> JSONResponse:
    facts = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = {**facts, "instance": path, **more}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


class Observed:
    """ASGI middleware: every response gets its id and its time; what nobody has caught becomes a safe 500."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = time.perf_counter()
        request_id = _request_id(Headers(scope=scope).get("X-Request-ID", ""))

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["X-Process-Time"] = f"{time.perf_counter() - begun:.6f}"
            await send(message)

        try:
            await self.app(scope, receive, stamped)
        except Exception:
            log.exception("request %s failed", request_id)
            answer = _problem(scope["path"], 500, "the server failed", request_id=request_id)
            await answer(scope, receive, stamped)
        return None


def _request_id(sent: str) -> str:
    """Return the client's own id if it may be written into a log, otherwise a new one."""
    return sent if re.fullmatch(r"[A-Za-z0-9-]{1,64}", sent) else uuid.uuid4().hex
