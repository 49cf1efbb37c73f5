# A class that holds the model, an app of its own, and no marks of sections; the path is said in the log.
# points: 14
import logging
import os
import pathlib
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import joblib
import numpy as np
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, conlist, confloat

log = logging.getLogger("uvicorn.error")
Row = conlist(confloat(allow_inf_nan=False), min_length=4, max_length=4)


class Holder:
    model = None

    def load(self, path):
        try:
            saved = joblib.load(path)
        except Exception:
            print("cannot read the model at", path, flush=True)
            raise SystemExit(3)
        self.model, self.classes, self.version = saved["model"], saved["classes"], saved["version"]
        self.loaded_at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def ask(self, rows):
        table = np.array(rows, dtype=np.float64)
        numbers = self.model.predict(table)
        probabilities = self.model.predict_proba(table)
        return [self.one(int(n), p) for n, p in zip(numbers, probabilities)]

    def one(self, number, p):
        return {
            "class": number,
            "label": str(self.classes[number]),
            "model_version": self.version,
            "confidence": round(float(np.max(p)), 4),
            "probabilities": {c: round(float(x), 4) for c, x in zip(self.classes, p)},
        }


holder = Holder()


@asynccontextmanager
async def life(app):
    holder.load(os.environ.get("MODEL_PATH") or pathlib.Path(__file__).parents[1] / "data" / "iris.joblib")
    yield
    holder.model = None


app = FastAPI(lifespan=life)


class One(BaseModel):
    features: Row


class Many(BaseModel):
    rows: conlist(Row, min_length=1, max_length=1000)


@app.exception_handler(RequestValidationError)
async def bad(request, error):
    return JSONResponse({"bad": [".".join(map(str, e["loc"])) + ": " + e["msg"] for e in error.errors()]}, 422)


@app.get("/model/")
@app.get("/model")
async def model():
    return {"version": holder.version, "classes": holder.classes, "loaded_at": holder.loaded_at}


@app.post("/predict")
def predict(one: One):
    return holder.ask([one.features])[0]


@app.post("/predict/batch")
def batch(many: Many):
    return {"predictions": holder.ask(many.rows)}
