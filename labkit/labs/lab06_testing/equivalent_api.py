"""`iris_api` in other words: it keeps the same contract, and differs wherever the contract leaves a choice.

A test that passes on one of the two and fails on the other expects something that nobody has promised.
"""

import logging
import math
import string
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, field_validator
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware

VERSION, RETRY_AFTER = "1.0.0", 30
MEANS = {
    "setosa": [5.006, 3.428, 1.462, 0.246],
    "versicolor": [5.936, 2.770, 4.260, 1.326],
    "virginica": [6.588, 2.974, 5.552, 2.026],
}
ALLOWED = frozenset(string.ascii_letters + string.digits + "-")

router = APIRouter(tags=["iris"])
errors_log = logging.getLogger("iris_api.errors")


class ModelNotLoadedError(RuntimeError):
    """Nothing has been loaded."""


class Model:
    """A classifier that compares a row with the mean of each species."""

    def __init__(self) -> None:
        """Note when it was made."""
        self.version, self.classes = VERSION, [*MEANS]
        self.loaded_at = datetime.now().astimezone()

    def predict_proba(self, rows: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return a probability for each species, row by row."""
        answer = []
        for row in rows:
            far = [min(math.hypot(*(a - b for a, b in zip(row, mean, strict=True))), 1e300) for mean in MEANS.values()]
            weights = [1.0 / math.exp(min(700.0, 3 * (distance - min(far)))) + 1e-12 for distance in far]
            total = math.fsum(weights)
            answer.append([weight / total for weight in weights])
        return answer


def get_model(request: Request) -> Model:
    """Return what the lifespan has put into the app's state."""
    try:
        found: Model = request.app.state.loaded["model"]
    except (AttributeError, KeyError):
        raise ModelNotLoadedError("nothing has been loaded") from None
    return found


Loaded = Annotated[Model, Depends(get_model)]


def four(row: Sequence[float]) -> None:
    """Refuse a row that is not four finite numbers."""
    if len(row) != 4:
        raise ValueError("a row has four numbers")
    if not all(map(math.isfinite, row)):
        raise ValueError("each number has to be finite")


class One(BaseModel, extra="forbid"):
    """A request for one flower."""

    features: list[float]

    @field_validator("features")
    @classmethod
    def _four(cls, features: list[float]) -> list[float]:
        four(features)
        return features


class Many(BaseModel, extra="forbid"):
    """A request for many flowers."""

    rows: list[list[float]]

    @field_validator("rows")
    @classmethod
    def _each_four(cls, rows: list[list[float]]) -> list[list[float]]:
        if not 0 < len(rows) <= 1000:
            raise ValueError("there have to be 1 to 1000 rows")
        for row in rows:
            four(row)
        return rows


@router.get("/model")
async def model_info(model: Loaded) -> dict[str, Any]:
    """Tell about the model."""
    return {"loaded_at": model.loaded_at.isoformat(), "classes": list(model.classes), "version": model.version}


def verdict(model: Model, shares: Sequence[float]) -> dict[str, Any]:
    """Put an answer together."""
    confidence, place = max((share, -index) for index, share in enumerate(shares))
    named = {name: shares[index] for index, name in enumerate(model.classes)}
    label = model.classes[-place]
    return {
        "model_version": model.version,
        "probabilities": named,
        "confidence": confidence,
        "label": label,
        "class": -place,
    }


@router.post("/predict")
async def one(asked: One, model: Loaded) -> dict[str, Any]:
    """Predict one."""
    return verdict(model, model.predict_proba([asked.features])[0])


@router.post("/predict/batch")
async def many(asked: Many, model: Loaded) -> dict[str, Any]:
    """Predict many."""
    return {"predictions": list(map(partial(verdict, model), model.predict_proba(asked.rows)))}


@router.get("/health")
async def alive(request: Request) -> dict[str, Any]:
    """Answer as long as there is anybody to answer."""
    held = getattr(request.app.state, "loaded", {})
    now = datetime.now(UTC)
    return {"timestamp": now.isoformat(), "status": "healthy", "version": VERSION, "model_loaded": "model" in held}


@router.get("/readiness")
async def ready(request: Request) -> Any:
    """Answer whether there is a model that has been tried."""
    if getattr(request.app.state, "loaded", {}).get("warm"):
        return {"status": "ready"}
    return trouble(request, 503, "Not ready", {"Retry-After": str(RETRY_AFTER)})


def trouble(request: Request, status: int, title: str, headers: Any = None, **more: Any) -> JSONResponse:
    """Describe a problem as RFC 9457 has it."""
    body = {"status": status, "title": title, "instance": str(request.url.path), **more}
    body |= {"type": f"https://example.org/problems/{status}", "detail": f"{title}."}
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


async def on_http(request: Request, error: Any) -> Response:
    """Describe what Starlette or a route refuses."""
    return trouble(request, error.status_code, "Refused", error.headers)


async def on_input(request: Request, error: Any) -> Response:
    """Describe bad input without repeating it."""

    def lines() -> Iterable[dict[str, Any]]:
        for entry in error.errors():
            yield {"msg": str(entry["msg"]), "loc": [*entry["loc"]]}

    return trouble(request, 422, "Bad input", errors=[*lines()])


async def on_missing(request: Request, error: Any) -> Response:
    """Describe that there is no model."""
    return trouble(request, 503, "No model yet", {"Retry-After": str(RETRY_AFTER)})


async def around(request: Request, call_next: Any) -> Response:
    """Stamp every response, and describe what nobody caught."""
    start = monotonic()
    wanted = request.headers.get("x-request-id", "")
    ours = wanted if 1 <= len(wanted) <= 64 and ALLOWED.issuperset(wanted) else str(uuid.uuid4())
    try:
        response: Response = await call_next(request)
    except Exception as error:  # noqa: BLE001 (it is what this middleware is for)
        errors_log.error("%s: %s", ours, type(error).__name__, exc_info=error)
        response = trouble(request, 500, "Something went wrong", request_id=ours)
    response.headers["x-process-time"] = str(max(0.0, monotonic() - start))
    response.headers["x-request-id"] = ours
    return response


@asynccontextmanager
async def span(app: FastAPI) -> AsyncIterator[None]:
    """Hold a model from start to end."""
    app.state.loaded = {"model": Model()}
    app.state.loaded["warm"] = bool(app.state.loaded["model"].predict_proba([[6.0, 3.0, 5.0, 2.0]]))
    try:
        yield
    finally:
        app.state.loaded.clear()


def create_app() -> FastAPI:
    """Build one."""
    handlers: Any = {HTTPException: on_http, RequestValidationError: on_input, ModelNotLoadedError: on_missing}
    made = FastAPI(title="Iris API", version=VERSION, lifespan=span, exception_handlers=handlers)
    made.include_router(router)
    made.add_middleware(BaseHTTPMiddleware, dispatch=around)
    return made
