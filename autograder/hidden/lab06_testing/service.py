"""`iris_api` once more, in other words: the endpoints are methods of a service that each app has for itself."""

import json
import logging
import math
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Body, Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AllowInfNan, BaseModel, ConfigDict, conlist
from starlette.exceptions import HTTPException as AnyHTTPException

Finite = Annotated[float, AllowInfNan(False)]
Quartet = conlist(Finite, min_length=4, max_length=4)
VERSION, RETRY_AFTER = "1.0.0", 60
MEANS = {
    "setosa": (5.006, 3.428, 1.462, 0.246),
    "versicolor": (5.936, 2.770, 4.260, 1.326),
    "virginica": (6.588, 2.974, 5.552, 2.026),
}
logger = logging.getLogger(__name__)


class ModelNotLoadedError(LookupError):
    """Nobody has loaded a model."""


class Model:
    """Knows the three species by their means."""

    def __init__(self) -> None:
        """Be loaded."""
        self.classes, self.version, self.loaded_at = list(MEANS), VERSION, datetime.now(UTC)

    def predict_proba(self, rows: Any) -> list[list[float]]:
        """Return the probabilities of the classes, for each row."""
        return [self.shares(row) for row in rows]

    def shares(self, row: Any) -> list[float]:
        """Return the probabilities for one row."""
        near = [2.0 ** max(-1000.0, -3.0 * math.log2(math.e) * self.far(row, mean)) for mean in MEANS.values()]
        total = sum(near)
        return [one / total for one in near]

    @staticmethod
    def far(row: Any, mean: Any) -> float:
        """Return how far a row is from a mean; a little nearer for the first float that is not exact."""
        return math.sqrt(min(1e200, sum(min(1e100, abs(a - b)) ** 2 for a, b in zip(row, mean, strict=True)))) + 1e-13


def get_model(request: Request) -> Any:
    """Return the model of the app that is asked."""
    held = request.app.state.held
    if not held:
        raise ModelNotLoadedError("nothing held")
    return held[0]


Held = Annotated[Any, Depends(get_model)]


class Single(BaseModel):
    """The body of /predict."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    features: Quartet  # type: ignore[valid-type]


def not_too_many(rows: list[Any]) -> list[Any]:
    """Refuse none, and more than a thousand."""
    if len(rows) not in range(1, 1001):
        raise ValueError(f"{len(rows)} is no number of rows from 1 to 1000")
    return rows


class Batch(BaseModel):
    """The body of /predict/batch."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: Annotated[list[Quartet], AfterValidator(not_too_many)]  # type: ignore[valid-type]


@dataclass
class Answer:
    """What is said of one flower."""

    label: str
    confidence: float
    probabilities: Mapping[str, float]
    model_version: str
    number: int

    @classmethod
    def of(cls, model: Any, shares: list[float]) -> dict[str, Any]:
        """Make it from the model's shares."""
        number = list(shares).index(max(shares))
        named = {name: float(share) for name, share in zip(model.classes, shares, strict=True)}
        said = asdict(cls(model.classes[number], max(shares), named, model.version, number))
        said["class"] = said.pop("number")
        return said


@dataclass
class Service:
    """The endpoints."""

    state: Literal["off", "on"] = "off"

    def model(self, model: Held) -> Any:
        """Describe the model."""
        stamp = model.loaded_at.isoformat(timespec="microseconds")
        return {"version": model.version, "classes": [*model.classes], "loaded_at": stamp}

    def predict(self, flower: Single, model: Held) -> Any:
        """Answer for one."""
        return Answer.of(model, *model.predict_proba([list(flower.features)]))

    def predict_many(self, flowers: Annotated[Batch, Body()], model: Held) -> Any:
        """Answer for many."""
        shares = model.predict_proba([list(row) for row in flowers.rows])
        return {"predictions": [Answer.of(model, one) for one in shares]}

    def health(self, request: Request) -> Any:
        """Be alive."""
        now = datetime.now().astimezone().isoformat()
        return {
            "status": "healthy",
            "model_loaded": len(request.app.state.held) > 0,
            "version": VERSION,
            "timestamp": now,
        }

    def readiness(self) -> Any:
        """Be ready, or not."""
        if self.state == "off":
            raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, "come back", {"Retry-After": f"{RETRY_AFTER}"})
        return {"status": "ready"}


class Problem(Response):
    """An answer that describes a problem."""

    media_type = "application/problem+json"

    def __init__(self, request: Request, code: int, headers: Any = None, **more: Any) -> None:
        """Describe it."""
        path = request.scope["path"]
        facts = {
            "type": "about:blank",
            "title": f"Problem {code}",
            "status": code,
            "detail": "See the title.",
            "instance": path,
        }
        super().__init__(json.dumps(facts | more), code, headers)


async def refused(request: Request, error: Any) -> Problem:
    """Say what is wrong with the input."""
    found = [{"loc": tuple(entry["loc"]), "msg": "is wrong: " + entry["type"]} for entry in error.errors()]
    return Problem(request, 422, errors=found)


async def raised(request: Request, error: Any) -> Problem:
    """Say what a route or the router has raised."""
    return Problem(request, error.status_code, error.headers)


async def nothing_held(request: Request, error: Any) -> Problem:
    """Say that there is no model."""
    return Problem(request, 503, {"Retry-After": f"{RETRY_AFTER}"})


def create_app() -> FastAPI:
    """Make an app with a service of its own."""
    service, held = Service(), []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        held.append(Model())
        held[0].predict_proba([(5.5, 3.0, 3.0, 1.0)])
        service.state = "on"
        yield
        service.state = "off"
        held.clear()

    app = FastAPI(title="Iris API", version=VERSION, lifespan=lifespan)
    app.state.held = held
    for path, method, endpoint in (
        ("/model", "GET", service.model),
        ("/predict", "POST", service.predict),
        ("/predict/batch", "POST", service.predict_many),
        ("/health", "GET", service.health),
        ("/readiness", "GET", service.readiness),
    ):
        app.add_api_route(path, endpoint, methods=[method])
    app.exception_handlers |= {RequestValidationError: refused, AnyHTTPException: raised}
    app.exception_handlers[ModelNotLoadedError] = nothing_held

    @app.middleware("http")
    async def stamp(request: Request, call_next: Any) -> Any:
        begun = time.perf_counter_ns()
        own = request.headers.get("X-Request-ID") or ""
        name = own if re.match(r"^[-0-9A-Za-z]{1,64}\Z", own) else "r" + secrets.token_hex(10)
        try:
            answer = await call_next(request)
        except Exception:
            logger.exception("failed: %s", name)
            answer = Problem(request, 500, request_id=name)
        answer.headers.update({"X-Request-ID": name, "X-Process-Time": f"{(time.perf_counter_ns() - begun) / 1e9}"})
        return answer

    return app
