# The model is loaded when the module is imported.
# fails: model_not_loaded
# says: the app starts

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
AT_IMPORT = joblib.load(MODEL_PATH)


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model if it can be read, and start in any case."""
    loaded["model"] = AT_IMPORT
    yield


def get_model():
    """Return what was loaded, a dict with model, classes and version; None if nothing was."""
    return loaded.get("model")


app = FastAPI(lifespan=lifespan)

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}
