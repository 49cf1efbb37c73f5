# One file without sections: routes inside the factory, settings in its closure, print in place of a logger.
import asyncio
import os
from contextlib import asynccontextmanager
from enum import StrEnum

from fastapi import FastAPI, Query
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Level(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    model_config = {"hide_input_in_errors": True}

    model_path: str = Field("iris.joblib", validation_alias="API_MODEL_PATH")
    version: str = Field("dev", validation_alias="API_VERSION")
    level: Level = Field(Level.INFO, validation_alias="API_LOG_LEVEL")
    secret: SecretStr = Field(validation_alias="API_KEY")


def create_app(settings=None):
    chosen = settings if settings is not None else Settings()

    @asynccontextmanager
    async def lifespan(app):
        yield
        print("shutdown complete", flush=True)

    app = FastAPI(lifespan=lifespan)

    @app.get("/info")
    async def info() -> dict[str, str]:
        return {"version": chosen.version, "log_level": chosen.level.value}

    @app.get("/whoami/")
    async def whoami() -> dict[str, int]:
        return {"pid": os.getpid()}

    @app.get("/slow")
    async def slow(seconds: float = Query(0.0, ge=0.0, le=5.0)) -> str:
        await asyncio.sleep(seconds)
        return "done"

    return app
