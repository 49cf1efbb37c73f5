# The state that the lifespan yields, dependencies, response models, and asyncio.to_thread.
# points: 14
# alone:

# %% setup
import asyncio
import os
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypedDict
from zoneinfo import ZoneInfo

import joblib
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

# %% lifespan
class State(TypedDict):
    saved: dict
    since: datetime


@asynccontextmanager
async def lifespan(app: FastAPI):
    path = os.getenv("MODEL_PATH", str(Path(__file__).resolve().parent.parent / "data" / "iris.joblib"))
    if not os.path.isfile(path):
        raise FileNotFoundError(path)
    try:
        saved = await asyncio.to_thread(joblib.load, path)
    except Exception as problem:
        problem.add_note(f"while loading {path}")
        raise ValueError(f"{path} is no model: {problem!r}")
    yield State(saved=saved, since=datetime.now(ZoneInfo("Asia/Kolkata")))


app = FastAPI(lifespan=lifespan)
router = APIRouter()


def the_model(request: Request) -> dict:
    return request.state.saved


Saved = Annotated[dict, Depends(the_model)]


class Info(BaseModel):
    version: str
    classes: list[str]
    loaded_at: datetime


@router.get("/model", response_model=Info)
async def info(request: Request, saved: Saved):
    return {**saved, "loaded_at": request.state.since}


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, problem: RequestValidationError):
    return PlainTextResponse(str([(e["loc"], e["msg"]) for e in problem.errors()]), status_code=422)

# %% predict
Row = Annotated[tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat], Field()]


class Flower(BaseModel):
    model_config = ConfigDict(extra="allow")
    features: Row


class Prediction(BaseModel):
    model_config = ConfigDict(populate_by_name=True, protected_namespaces=())
    number: int = Field(alias="class")
    label: str
    confidence: float
    probabilities: dict[str, float]
    model_version: str


@router.post("/predict", response_model=Prediction)
async def predict(flower: Flower, saved: Saved):
    return (await ask(saved, [flower.features]))[0]

# %% confidence
async def ask(saved, rows):
    table = await asyncio.to_thread(saved["model"].predict_proba, rows)
    return [
        Prediction(
            number=max(range(len(row)), key=row.__getitem__),
            label=saved["classes"][row.argmax()],
            confidence=max(row),
            probabilities=dict(zip(saved["classes"], row)),
            model_version=saved["version"],
        )
        for row in table
    ]

# %% batch
class Rows(BaseModel):
    rows: list[Row] = Field(min_length=1, max_length=1000)


@router.post("/predict/batch")
async def predict_batch(body: Rows, saved: Saved) -> dict[str, list[Prediction]]:
    return {"predictions": await ask(saved, body.rows)}


app.include_router(router)
