# Each field has its alias, and a lifespan of a class.
# second: settings, graceful_shutdown

# %% setup
import asyncio
import itertools
import logging
import os
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

IRIS = Path(__file__).resolve().parent.parent / "data" / "iris.joblib"
COUNT = itertools.count(1)

router = APIRouter()
logger = logging.getLogger("production")


class Settings(BaseSettings):
    """A first version that reads nothing. Exercise 1 writes the real one."""


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model when the app starts. A first version: exercise 4 writes the real one."""
    app.state.saved = load(app)
    yield


def load(app: FastAPI):
    """Return the model that the app's settings name; None if there is none."""
    settings = getattr(app.state, "settings", None)
    path = Path(getattr(settings, "model_path", IRIS))
    if not path.is_file():
        return None
    import joblib  # it takes a while, and without a model nobody needs it

    return joblib.load(path)


first_app: FastAPI | None = None


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the one app there is. A first version: exercise 2 writes the real one."""
    global first_app
    if first_app is None:
        first_app = FastAPI(title="Iris in production", lifespan=lifespan)
        first_app.include_router(router)
        logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s")
    first_app.state.settings = settings or Settings()
    return first_app


class Flower(BaseModel):
    """One flower, by its four measurements."""

    model_config = ConfigDict(extra="forbid")
    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


@router.post("/predict")
def predict(flower: Flower, request: Request):
    """Name the species of a flower."""
    saved = request.app.state.saved
    if saved is None:
        raise HTTPException(503, "there is no model", headers={"Retry-After": "60"})
    number = int(saved["model"].predict([flower.features])[0])
    return {"class": number, "label": saved["classes"][number], "model_version": saved["version"]}


@router.get("/count")
def count():
    """Count the calls of this function, in this process."""
    return {"pid": os.getpid(), "count": next(COUNT)}

# %% settings
# class Settings(BaseSettings): model_path, version, log_level, key
class Settings(BaseSettings):
    """What the environment says: each field by its variable's full name, which errors then name as well."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True
    )
    model_path: Annotated[Path, Field(alias="API_MODEL_PATH")] = IRIS
    version: Annotated[str, Field(validation_alias="API_VERSION")] = "1.0.0"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(alias="API_LOG_LEVEL")] = "INFO"
    key: SecretStr = Field(alias="API_KEY")


@router.get("/info")
def info(request: Request):
    """Say which version this is, and how much it logs."""
    settings = request.app.state.settings
    return {"version": settings.version, "log_level": settings.log_level}

# %% graceful_shutdown
# GET /slow?seconds=   and the lifespan, whose shutdown logs `shutdown complete`
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model, serve, and say when all is done."""
    app.state.saved = load(app)
    yield
    logger.info("shutdown complete")


@router.get("/slow")
def slow(seconds: Annotated[float, Query(ge=0, le=5)] = 1):
    """Answer after a while, without keeping anybody else waiting."""
    time.sleep(seconds)
    return {"waited": seconds}
