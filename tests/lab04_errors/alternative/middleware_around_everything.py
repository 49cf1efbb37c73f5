# Pure ASGI middleware rewrites every error answer, whoever made it, and is where unexpected errors end.

# %% setup
import json
import logging
import os
import sys
import uuid
from contextlib import asynccontextmanager
from http import HTTPStatus

import joblib
from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

log = logging.getLogger("service")
log.addHandler(logging.StreamHandler(sys.stdout))
log.propagate = False

MODELS = {
    "iris": {"id": "iris", "description": "Names an iris flower from four measurements."},
    "digits": {"id": "digits", "description": "Reads a handwritten digit from 64 shades of grey."},
}


class Problems:
    """Turns every answer from 400 on into a problem document, and every exception into a 500."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start, chunks = None, []

        async def collect(message):
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if message["status"] < 400:
                    await send(message)
            elif start["status"] < 400:
                await send(message)
            else:
                chunks.append(message.get("body", b""))

        try:
            await self.app(scope, receive, collect)
        except Exception:
            request_id = uuid.uuid4().hex
            log.exception("unhandled, request_id=%s", request_id)
            return await self.answer(scope, send, 500, "internal error", [], {"request_id": request_id})
        if start["status"] >= 400:
            try:
                said = json.loads(b"".join(chunks))["detail"]
            except (ValueError, KeyError, TypeError):
                said = HTTPStatus(start["status"]).phrase
            more = {}
            if isinstance(said, list):
                more = {"errors": [{"loc": ".".join(map(str, e["loc"])), "msg": e["msg"]} for e in said]}
                said = f"{len(said)} errors"
            await self.answer(scope, send, start["status"], said, start["headers"], more)

    async def answer(self, scope, send, status, detail, headers, more):
        document = {
            "type": f"urn:problem:{status}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "instance": scope["path"],
            **more,
        }
        body = json.dumps(document).encode()
        kept = [(k, v) for k, v in headers if k.lower() not in (b"content-type", b"content-length")]
        kept += [(b"content-type", b"application/problem+json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": kept})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def lifespan(app):
    try:
        app.state.saved = joblib.load(os.environ["MODEL_PATH"])
    except Exception:
        app.state.saved = None
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(Problems)


# FastAPI's own answer cannot say NaN, so the errors are told without what was sent.
from fastapi.exceptions import RequestValidationError


@app.exception_handler(RequestValidationError)
async def without_input(request, exc):
    return JSONResponse({"detail": [{"loc": e["loc"], "msg": e["msg"]} for e in exc.errors()]}, 422)

# %% not_found
@app.get("/models/{model_id}")
async def model(model_id: str):
    try:
        return MODELS[model_id]
    except KeyError:
        raise HTTPException(404, f"no model called '{model_id}'", {"X-Error": "ModelNotFound"}) from None

# %% conflict
@app.post("/models")
async def create(id: str = Body(pattern=r"\A[a-z0-9-]{2,30}\z"), description: str = Body()):
    entry = {"id": id, "description": description}
    if MODELS.setdefault(id, entry) is not entry:
        raise HTTPException(status_code=409, detail={"taken": id}["taken"] + " is taken")
    return JSONResponse(entry, status_code=201, headers={"location": f"/models/{id}"})

# %% model_not_loaded
class ModelNotLoadedError(HTTPException):
    def __init__(self):
        super().__init__(503, "no model", {"retry-after": "5"})


class Features(BaseModel):
    model_config = ConfigDict(extra="forbid")
    features: tuple[float, float, float, float] = Field()


@app.post("/predict")
async def predict(body: Features):
    if app.state.saved is None:
        raise ModelNotLoadedError
    if any(number != number or abs(number) == float("inf") for number in body.features):
        error = {"loc": ("body", "features"), "msg": "not finite"}
        return JSONResponse({"detail": [error]}, 422)
    saved = app.state.saved
    cls = saved["model"].predict([body.features]).tolist()[0]
    return {"class": cls, "label": saved["classes"][cls], "model_version": saved["version"], "confidence": 1.0}

# %% problem_details
# The middleware stands in the first section.

# %% unexpected
@app.get("/fragile")
async def fragile(divide_by: float):
    return {"result": 1 / divide_by}
