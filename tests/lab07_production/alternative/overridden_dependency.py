# The settings are a dependency that each app overrides; the app of the module is kept once it was made.
import logging.config
import os
import time
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import AliasGenerator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

api = APIRouter()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "loggers": {"service": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(validation_alias=lambda name: "API_" + name.upper()),
        frozen=True,
        hide_input_in_errors=True,
    )

    model_path: str = "/models/iris.joblib"
    version: str = "1"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    key: SecretStr


def get_settings() -> Settings:
    return Settings()


class Service(FastAPI):
    pass


@asynccontextmanager
async def lifespan(app: FastAPI):
    try:
        yield {"started": time.monotonic()}
    finally:
        logging.getLogger("service").info("the service says: shutdown complete, after all")


@api.get("/info")
def info(settings: Annotated[Settings, Depends(get_settings)]):
    return settings.model_dump(include={"version", "log_level"})


@api.get("/whoami")
async def whoami():
    return dict(pid=os.getpid())


@api.get("/slow")
def slow(seconds: Annotated[float, Query(ge=0, le=5)]):
    time.sleep(seconds)


def create_app(settings: Settings | None = None) -> FastAPI:
    logging.config.dictConfig(LOGGING)
    if settings is None:
        settings = get_settings()
    app = Service(lifespan=lifespan)
    app.include_router(api)
    app.dependency_overrides[get_settings] = lambda: settings
    return app


@cache
def _app() -> FastAPI:
    return create_app()


def __getattr__(name: str):
    return {"app": _app}.get(name, lambda: _missing(name))()


def _missing(name):
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
