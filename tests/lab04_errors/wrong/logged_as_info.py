# The record has the level INFO.
# fails: unexpected
# says: only 'INFO

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

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
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

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.info("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
