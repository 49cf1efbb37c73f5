# Handlers by status code and by class, handed to FastAPI as a dict; logging.exception in an async handler.
# second: not_found

# %% setup
import logging
import logging.config
import os
import re
import uuid
from contextlib import asynccontextmanager

import joblib
from fastapi import FastAPI, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, StringConstraints, field_validator
from starlette.responses import JSONResponse
from typing_extensions import Annotated

logging.config.dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"f": {"format": "%(asctime)s [%(process)d] %(levelname)-8s %(name)s - %(message)s"}},
        "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}},
        "root": {"level": "INFO", "handlers": ["h"]},
        "loggers": {"uvicorn.error": {"level": "INFO"}},
    }
)
logger = logging.getLogger(__name__)

TITLES = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 422: "Unprocessable Content"}
TITLES |= {500: "Internal Server Error", 503: "Service Unavailable"}


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def respond(request, status, detail=None, headers=None, **extra):
    body = dict(type="about:blank", title=TITLES.get(status, "Error"), status=status, detail=detail or TITLES[status])
    return ProblemResponse({**body, "instance": f"urn:uuid:{uuid.uuid4()}", **extra}, status, headers)


class ModelNotLoadedError(Exception):
    pass


async def plain(request, exc):
    return respond(request, exc.status_code, exc.detail, exc.headers)


async def invalid(request, exc):
    return respond(request, 422, errors=[dict(loc=e["loc"], msg=e["msg"]) for e in exc.errors()])


async def unloaded(request, exc):
    return respond(request, 503, "come back later", {"Retry-After": "0060"})


async def crash(request, exc):
    rid = str(uuid.uuid1())
    logger.info("answering request %s with a 500", rid)
    logger.exception("request %s crashed", rid)
    return respond(request, 500, "Sorry.", {"X-Request-ID": rid}, request_id=rid)


state = {"model": None}


@asynccontextmanager
async def lifespan(_):
    try:
        state["model"] = joblib.load(os.getenv("MODEL_PATH", "iris.joblib"))
    except BaseException as e:
        logger.error("cannot load the model: %r", e)
    yield


app = FastAPI(
    lifespan=lifespan,
    exception_handlers={
        400: plain,
        404: plain,
        405: plain,
        409: plain,
        RequestValidationError: invalid,
        ModelNotLoadedError: unloaded,
        500: crash,
    },
)

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}

# %% not_found
@app.get("/models/{name}/", include_in_schema=False)
@app.get("/models/{name}")
def one(name: str):
    for entry in MODELS.values():
        if entry["id"] == name:
            return entry
    raise HTTPException(404, detail=f"Model {name!r} not found", headers={"x-error": "ModelNotFound"})

# %% conflict
class In(BaseModel):
    id: Annotated[str, StringConstraints(strict=True)]
    description: Annotated[str, StringConstraints(strict=True)]

    @field_validator("id")
    @classmethod
    def check(cls, v: str) -> str:
        assert re.fullmatch("[a-z0-9-]{2,30}", v, re.ASCII), "2 to 30 of a-z, 0-9, -"
        return v


@app.post("/models/", status_code=201, include_in_schema=False)
@app.post("/models", status_code=201)
def add(new: In):
    if new.id in {entry["id"] for entry in MODELS.values()}:
        raise HTTPException(409, "exists")
    MODELS.update({new.id: {"id": new.id, "description": new.description}})
    return JSONResponse(MODELS[new.id], 201, {"Location": f"models/{new.id}".join(["/", ""])})

# %% model_not_loaded
class Input(BaseModel):
    features: list[float]

    @field_validator("features")
    @classmethod
    def four_finite(cls, v):
        if len(v) != 4 or any(abs(x) == float("inf") or x != x for x in v):
            raise ValueError("four finite numbers")
        return v


@app.post("/predict")
def predict(data: Input):
    try:
        model, classes, version = (state["model"][key] for key in ("model", "classes", "version"))
    except TypeError:
        raise ModelNotLoadedError from None
    [n] = model.predict([data.features])
    return {"class": int(n), "label": classes[n], "model_version": version}

# %% problem_details
# all of it is above

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: Annotated[int, Query()]):
    return {"result": 1 / divide_by}
