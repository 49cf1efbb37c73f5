# An HTTP middleware catches what is left, prints one line and the traceback, and needs no logging.

# %% setup
import os
import secrets
import sys
import traceback
from contextlib import asynccontextmanager
from typing import Annotated

import joblib
from fastapi import Body, FastAPI, HTTPException, Path
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import FiniteFloat
from starlette.exceptions import HTTPException as StarletteHTTPException

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}
model = None


@asynccontextmanager
async def lifespan(app):
    global model
    path = os.environ.get("MODEL_PATH", "")
    if os.path.exists(path):
        try:
            model = joblib.load(path)
        except Exception:
            model = None
    yield


app = FastAPI(lifespan=lifespan)

# %% not_found
@app.get("/models/{model_id}")
def read_model(model_id: Annotated[str, Path(description="The id of a model")]):
    if model_id in MODELS:
        return MODELS[model_id]
    detail = "Unknown model: " + model_id
    content = {"type": "/problems/unknown-model", "title": "Unknown model", "status": 404, "detail": detail}
    content["instance"] = "/models/" + model_id
    return JSONResponse(content, 404, {"X-Error": "ModelNotFound"}, "application/problem+json")

# %% conflict
@app.post("/models")
def add(id: Annotated[str, Body(pattern="^[a-z0-9-]{2,30}$")], description: Annotated[str, Body()]):
    if id in MODELS:
        raise HTTPException(409)
    MODELS[id] = {"id": id, "description": description}
    return JSONResponse(MODELS[id], 201, {"Location": f"http://localhost/models/{id}"})

# %% model_not_loaded
class ModelNotLoadedError(Exception):
    pass


@app.post("/predict")
def predict(features: Annotated[list[FiniteFloat], Body(embed=True, min_length=4, max_length=4)]):
    if model is None:
        raise ModelNotLoadedError("no model")
    number = model["model"].predict([features])[0].item()
    return {"class": number, "label": model["classes"][number], "model_version": model["version"]}

# %% problem_details
WORDS = {404: "Not Found", 405: "Method Not Allowed", 409: "Conflict"}


def problem(path, status, title, detail, **headers_and_more):
    headers = headers_and_more.pop("headers", None)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path}
    return JSONResponse({**body, **headers_and_more}, status, headers, "Application/Problem+JSON")


app.add_exception_handler(
    StarletteHTTPException,
    lambda request, exc: problem(
        request.url.path, exc.status_code, WORDS.get(exc.status_code, "Error"), exc.detail, headers=exc.headers
    ),
)
app.add_exception_handler(
    RequestValidationError,
    lambda request, exc: problem(
        request.url.path,
        422,
        "Invalid",
        "see errors",
        errors=[{"loc": "/".join(str(part) for part in e["loc"]), "msg": e["msg"]} for e in exc.errors()],
    ),
)
app.add_exception_handler(
    ModelNotLoadedError,
    lambda request, exc: problem(request.url.path, 503, "Later", "no model", headers={"Retry-After": "1"}),
)

# %% unexpected
@app.middleware("http")
async def last_resort(request, call_next):
    try:
        return await call_next(request)
    except Exception:
        request_id = secrets.randbelow(10**12)
        print("ERROR request", request_id, request.method, request.url.path, file=sys.stderr)
        traceback.print_exc()
        return problem(request.url.path, 500, "Oops", "An error that nobody expected.", request_id=request_id)


@app.get("/fragile")
def fragile(divide_by: int):
    return {"result": 1 / divide_by}
