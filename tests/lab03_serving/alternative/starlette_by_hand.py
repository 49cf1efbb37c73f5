# No FastAPI and no Pydantic: a Starlette app that reads the JSON itself, with one thread for the model.
# points: 14
import json
import math
import os
from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import joblib
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

MODEL = {}
worker = ThreadPoolExecutor(1)


@asynccontextmanager
async def lifespan(app):
    path = os.environ["MODEL_PATH"]
    try:
        MODEL.update(joblib.load(path), loaded_at=datetime.now(UTC).isoformat())
    except Exception as e:
        raise RuntimeError("could not load " + path) from e
    yield


def bad(field):
    raise HTTPException(422, f"{field} is not what it has to be")


async def body(request, field):
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        bad("body")
    return found.get(field) if isinstance(found, dict) else bad("body")


def row(value, field):
    fits = isinstance(value, list) and len(value) == 4
    fits = fits and all(type(x) in (int, float) and math.isfinite(x) for x in value)
    return value if fits else bad(field)


async def ask(rows):
    table = await get_running_loop().run_in_executor(worker, MODEL["model"].predict_proba, rows)
    answers = []
    for p in table.tolist():
        best = p.index(max(p))
        answers.append(
            {
                "class": best,
                "label": MODEL["classes"][best],
                "confidence": p[best],
                "probabilities": dict(zip(MODEL["classes"], p)),
                "model_version": MODEL["version"],
            }
        )
    return answers


async def model(request):
    return JSONResponse({key: MODEL[key] for key in ("version", "classes", "loaded_at")})


async def predict(request):
    (answer,) = await ask([row(await body(request, "features"), "features")])
    return JSONResponse(answer)


async def batch(request):
    rows = await body(request, "rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 1000:
        bad("rows")
    return JSONResponse({"predictions": await ask([row(one, "rows") for one in rows])})


app = Starlette(
    routes=[
        Route("/model", model),
        Route("/predict", predict, methods=["POST"]),
        Route("/predict/batch", batch, methods=["POST"]),
    ],
    lifespan=lifespan,
)
