# An APIRouter whose route class catches what its endpoints raise; the app has handlers for the rest.

# %% setup
import json
import os
import traceback
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.client import responses
from pathlib import Path
from secrets import token_hex

import joblib
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, FiniteFloat, field_validator
from starlette.exceptions import HTTPException as HTTPError

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}


class Problem(BaseModel):
    type: str = "https://problems.example/general"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict] | None = None
    request_id: str | None = None

    def response(self, headers=None):
        text = self.model_dump_json(exclude_none=True)
        return Response(text, self.status, headers, media_type="application/problem+json")

    @classmethod
    def of(cls, request, code, detail, **more):
        return cls(title=responses[code], status=code, detail=detail, instance=str(request.url), **more)


class ModelNotLoadedError(RuntimeError):
    pass


class SafeRoute(APIRoute):
    def get_route_handler(self):
        original = super().get_route_handler()

        async def safe(request: Request):
            try:
                return await original(request)
            except HTTPError:
                raise
            except RequestValidationError as invalid:
                errors = [{"loc": list(e["loc"]), "msg": e["msg"], "kind": e["type"]} for e in invalid.errors()]
                return Problem.of(request, 422, "invalid", errors=errors).response()
            except ModelNotLoadedError:
                return Problem.of(request, 503, "no model").response({"Retry-After": "120"})
            except Exception as exc:
                request_id = token_hex(8)
                line = {
                    "time": datetime.now(UTC).isoformat(),
                    "level": "error",
                    "request_id": request_id,
                    "path": request.url.path,
                    "trace": traceback.format_exception(exc),
                }
                print(json.dumps(line), flush=True)
                return Problem.of(request, 500, "unexpected", request_id=request_id).response({"X-Request-ID": request_id})

        return safe


class Store:
    saved = None


@asynccontextmanager
async def lifespan(app):
    path = Path(os.environ.get("MODEL_PATH", "data/iris.joblib"))
    try:
        Store.saved = joblib.load(path)
    except Exception as exc:
        print(json.dumps({"level": "warning", "message": f"{path}: {exc!r}"}))
    yield
    Store.saved = None


app = FastAPI(title="Registry", lifespan=lifespan)
router = APIRouter(route_class=SafeRoute)


@app.exception_handler(HTTPError)
def http_error(request: Request, exc: HTTPError):
    return Problem.of(request, exc.status_code, f"{exc.detail}").response(exc.headers)

# %% not_found
def existing(model_id: str):
    if (entry := MODELS.get(model_id)) is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"{model_id}: unknown", headers={"X-Error": "ModelNotFound"})
    return entry


@router.get("/models/{model_id}")
def get_one(entry: dict = Depends(existing)):
    return entry

# %% conflict
class Entry(BaseModel):
    id: str = Field(min_length=2, max_length=30)
    description: str

    @field_validator("id")
    @classmethod
    def simple(cls, value):
        if not set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"):
            raise ValueError("only a-z, 0-9 and -")
        return value


@router.post("/models", status_code=201, response_model=Entry)
def post_one(entry: Entry, request: Request, response: Response):
    if entry.id in MODELS:
        raise HTTPException(409, "taken")
    MODELS[entry.id] = dict(entry)
    response.headers["Location"] = str(request.url_for("get_one", model_id=entry.id))
    return entry

# %% model_not_loaded
class Row(BaseModel):
    features: list[FiniteFloat] = Field(min_length=4, max_length=4)


def ready():
    if Store.saved is None:
        raise ModelNotLoadedError
    return Store.saved


@router.post("/predict")
def predict(row: Row, saved: dict = Depends(ready)):
    index = int(saved["model"].predict_proba([row.features])[0].argmax())
    return {"class": index, "label": saved["classes"][index], "model_version": saved["version"]}

# %% problem_details
# SafeRoute and http_error in the first section

# %% unexpected
@router.get("/fragile")
def fragile(divide_by: int):
    return {"result": divide_by**-1}


app.include_router(router)
