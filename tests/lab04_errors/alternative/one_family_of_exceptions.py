# Every error is an exception of one family that knows its own status; a JSON formatter over several lines logs.

# %% setup
from __future__ import annotations

import json
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, ClassVar

import joblib
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from starlette.exceptions import HTTPException


class PrettyJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {"ts": time.time(), "level": record.levelname, "msg": record.getMessage()}
        said["request_id"] = getattr(record, "request_id", None)
        if record.exc_info:
            said["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(said, indent=2)


handler = logging.StreamHandler()
handler.setFormatter(PrettyJson())
logger = logging.getLogger("api")
logger.setLevel(logging.DEBUG)
logger.addHandler(handler)


class ApiError(Exception):
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.detail, self.members = detail, members


class ModelNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    headers = {"X-Error": "ModelNotFound"}


class ModelExists(ApiError):
    status = HTTPStatus.CONFLICT


class ModelNotLoadedError(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": "17"}


def document(request: Request, status: HTTPStatus, detail: str, headers=None, **members: Any) -> JSONResponse:
    content = {
        "type": f"https://example.org/problems/{status.value}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": request.scope["path"],
    }
    return JSONResponse(content | members, status, headers, media_type="application/problem+json")


MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.bundle = None
    try:
        app.state.bundle = joblib.load(os.environ["MODEL_PATH"])
    except Exception as problem:
        logger.warning("starting without a model: %s", type(problem).__name__)
    yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(ApiError)
async def api_error(request: Request, exc: ApiError):
    return document(request, exc.status, exc.detail, exc.headers, **exc.members)

# %% not_found
@app.get("/models/{model_id}")
async def get(model_id: str):
    if entry := MODELS.get(model_id):
        return entry
    raise ModelNotFound(f"nothing is known of {model_id}", searched=model_id)

# %% conflict
class Entry(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: str = Field(pattern=r"^[a-z\d-]{2,30}$")
    description: str = Field(strict=True)


Entry.model_json_schema()


@app.post("/models", status_code=201)
async def post(entry: Entry, request: Request):
    if entry.id in MODELS or not entry.id.isascii():
        raise ModelExists(f"{entry.id} is taken")
    MODELS[entry.id] = entry.model_dump()
    there = request.url_for("get", model_id=entry.id)
    return JSONResponse(MODELS[entry.id], 201, headers={"Location": str(there)})

# %% model_not_loaded
class Measured(BaseModel):
    features: list[FiniteFloat] = Field(min_length=4, max_length=4)


@app.post("/predict")
def predict(measured: Measured, request: Request):
    bundle = request.app.state.bundle
    if not bundle:
        raise ModelNotLoadedError("no model is loaded")
    number = int(bundle["model"].predict([measured.features])[0])
    answer = {"class": number, "label": bundle["classes"][number], "model_version": bundle["version"]}
    return answer | {"probabilities": {}}

# %% problem_details
@app.exception_handler(HTTPException)
async def http(request: Request, exc: HTTPException):
    return document(request, HTTPStatus(exc.status_code), str(exc.detail), exc.headers)


@app.exception_handler(RequestValidationError)
async def validation(request: Request, exc: RequestValidationError):
    found = [{"loc": ".".join(str(part) for part in error["loc"]), "msg": error["msg"]} for error in exc.errors()]
    return document(request, HTTPStatus(422), f"{len(found)} things are wrong", errors=found)

# %% unexpected
@app.get("/fragile")
async def fragile(divide_by: int):
    return {"result": 1 / divide_by}


@app.exception_handler(Exception)
async def unexpected(request: Request, exc: Exception):
    request_id = request.headers.get("x-request-id", str(uuid.uuid4()))
    logger.error("unhandled %s in request %s", type(exc).__name__, request_id, exc_info=exc, extra={"request_id": request_id})
    return document(request, HTTPStatus.INTERNAL_SERVER_ERROR, "an error on our side", request_id=request_id)
