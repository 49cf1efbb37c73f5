# The message has no place for the id, so the record is never written.
# fails: unexpected
# says: needs a %s for each argument
"""Lab 04: Error handling."""

# %% setup
import logging
import os
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import joblib
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, FiniteFloat
from starlette.exceptions import HTTPException as StarletteHTTPException

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
logger = logging.getLogger("lab04")

DATA = Path(__file__).resolve().parent.parent / "data"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", DATA / "iris.joblib"))
loaded = {}


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model if it can be read, and start in any case."""
    try:
        loaded["model"] = joblib.load(MODEL_PATH)
    except Exception as problem:
        logger.warning("no model: %s cannot be read (%s)", MODEL_PATH, problem)
    yield


def get_model():
    """Return what was loaded, a dict with model, classes and version; None if nothing was."""
    return loaded.get("model")


app = FastAPI(lifespan=lifespan)

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}


# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: str):
    """Return the entry of one model."""
    if model_id not in MODELS:
        raise HTTPException(404, f"There is no model {model_id}.", headers={"X-Error": "ModelNotFound"})
    return MODELS[model_id]


# %% conflict
class NewModel(BaseModel):
    """What a client sends to add an entry."""

    id: Annotated[str, Field(min_length=2, max_length=30, pattern="^[a-z0-9-]+$")]
    description: str


# POST /models   adds an entry
@app.post("/models", status_code=201)
def add_model(new: NewModel, response: Response):
    """Add an entry."""
    if new.id in MODELS:
        raise HTTPException(409, f"There is a model {new.id} already.")
    MODELS[new.id] = new.model_dump()
    response.headers["Location"] = f"/models/{new.id}"
    return MODELS[new.id]


# %% model_not_loaded
class ModelNotLoadedError(Exception):
    """There is no model to ask."""


# The handler of ModelNotLoadedError
@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded(request: Request, exc: ModelNotLoadedError):
    return JSONResponse({"detail": "The model is not available."}, 503, headers={"Retry-After": "30"})


Measurement = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class Flower(BaseModel):
    """The four measurements of a flower, in centimetres."""

    features: Annotated[list[Measurement], Field(min_length=4, max_length=4)]


@app.post("/predict")
def predict(flower: Flower):
    """Name a flower."""
    served = get_model()
    if served is None:
        raise ModelNotLoadedError
    number = int(served["model"].predict([flower.features])[0])
    return {"class": number, "label": served["classes"][number], "model_version": served["version"]}


# %% problem_details
def problem(request: Request, status: int, detail: str, headers=None, **more):
    """Return an error as a problem document; `more` are members of its own, such as errors=[...]."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content | more, status, headers, media_type="application/problem+json")


# The handlers of StarletteHTTPException, RequestValidationError and ModelNotLoadedError
@app.exception_handler(StarletteHTTPException)
async def answer_http(request: Request, exc: StarletteHTTPException):
    return problem(request, exc.status_code, str(exc.detail), exc.headers)


@app.exception_handler(RequestValidationError)
async def answer_invalid(request: Request, exc: RequestValidationError):
    errors = [{"loc": error["loc"], "msg": error["msg"]} for error in exc.errors()]
    return problem(request, 422, "The request is not valid.", errors=errors)


@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded_problem(request: Request, exc: ModelNotLoadedError):
    return problem(request, 503, "The model is not available.", {"Retry-After": "30"})


# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.error("a request failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)


