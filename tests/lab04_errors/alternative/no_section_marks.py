"""An app made by a function, with no section marks, as it is written in an editor; log lines in key=value form."""

import logging
import os
from contextlib import asynccontextmanager
from uuid import uuid4

import joblib
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, FiniteFloat
from starlette.exceptions import HTTPException as Base

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}


class ModelNotLoadedError(Exception):
    """No model."""


class New(BaseModel):
    id: str = Field(min_length=2, max_length=30, pattern="^[a-z0-9-]*$")
    description: str


class Flower(BaseModel):
    features: list[FiniteFloat] = Field(min_length=4, max_length=4)


def problem(request, status, title, detail, headers=None, **more):
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.url.path}
    return JSONResponse(content | more, status, headers, "application/problem+json")


def guarded(request: Request):
    if request.app.state.model is None:
        raise ModelNotLoadedError
    return request.app.state.model


def create_app() -> FastAPI:
    @asynccontextmanager
    async def lifespan(app):
        try:
            app.state.model = joblib.load(os.environ["MODEL_PATH"])
        except Exception:
            app.state.model = None
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/models/{model_id}")
    def read(model_id: str):
        if model_id not in MODELS:
            raise HTTPException(404, f"{model_id} is not here", {"X-Error": "ModelNotFound"})
        return MODELS[model_id]

    @app.post("/models", status_code=201)
    def add(new: New):
        if new.id in MODELS:
            raise HTTPException(409, "taken")
        MODELS[new.id] = new.model_dump()
        return JSONResponse(MODELS[new.id], 201, {"Location": f"/models/{new.id}"})

    @app.post("/predict")
    def predict(flower: Flower, served: dict = Depends(guarded)):
        number = int(served["model"].predict([flower.features])[0])
        return {"class": number, "label": served["classes"][number], "model_version": served["version"]}

    @app.get("/fragile")
    def fragile(divide_by: int):
        return {"result": 1 / divide_by}

    @app.exception_handler(Base)
    def http(request, exc):
        return problem(request, exc.status_code, "HTTP error", str(exc.detail), exc.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request, exc):
        errors = [{key: error[key] for key in ("loc", "msg")} for error in exc.errors()]
        return problem(request, 422, "Invalid input", "Some of what was sent is not valid.", errors=errors)

    @app.exception_handler(ModelNotLoadedError)
    def unloaded(request, exc):
        return problem(request, 503, "Not ready", "The model is not there.", {"Retry-After": "10"})

    @app.exception_handler(Exception)
    def unexpected(request, exc):
        request_id = str(uuid4())
        message = "level=error request_id=%s path=%s"
        logging.getLogger("app").error(message, request_id, request.url.path, exc_info=exc)
        return problem(request, 500, "Unexpected", "Please tell us the request_id.", request_id=request_id)

    return app


app = create_app()
