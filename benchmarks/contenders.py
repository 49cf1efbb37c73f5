"""Who is compared by benchmarks/serving.py: modules of this workbook, and the same model in other servers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

LITSERVE = """
import os, joblib, litserve
class Iris(litserve.LitAPI):
    def setup(self, device):
        self.saved = joblib.load(os.environ["API_MODEL_PATH"])
    def decode_request(self, request):
        return request["features"]
    def predict(self, features):
        return int(self.saved["model"].predict([features])[0])
    def encode_response(self, number):
        return {"class": number, "label": self.saved["classes"][number], "model_version": self.saved["version"]}
if __name__ == "__main__":
    server = litserve.LitServer(Iris(), accelerator="cpu", workers_per_device=int(os.environ["WORKERS"]))
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), generate_client_file=False, log_level="warning")
"""
LITSERVE_BATCHED = """
import os, joblib, litserve
class Iris(litserve.LitAPI):
    def setup(self, device):
        self.saved = joblib.load(os.environ["API_MODEL_PATH"])
    def decode_request(self, request):
        return request["features"]
    def predict(self, rows):
        return [int(number) for number in self.saved["model"].predict(rows)]
    def encode_response(self, number):
        return {"class": number, "label": self.saved["classes"][number], "model_version": self.saved["version"]}
if __name__ == "__main__":
    api = Iris(max_batch_size=32, batch_timeout=0.005)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=int(os.environ["WORKERS"]))
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), generate_client_file=False, log_level="warning")
"""
BENTOML = """
import os, bentoml, joblib
@bentoml.service(workers=int(os.environ["WORKERS"]), traffic={"timeout": 30})
class Iris:
    def __init__(self):
        self.saved = joblib.load(os.environ["API_MODEL_PATH"])
    @bentoml.api
    def predict(self, features: list[float]) -> dict:
        number = int(self.saved["model"].predict([features])[0])
        return {"class": number, "label": self.saved["classes"][number], "model_version": self.saved["version"]}
"""
FLASK = """
import os, joblib
from flask import Flask, request
app = Flask(__name__)
saved = joblib.load(os.environ["API_MODEL_PATH"])
@app.post("/predict")
def predict():
    number = int(saved["model"].predict([request.get_json()["features"]])[0])
    return {"class": number, "label": saved["classes"][number], "model_version": saved["version"]}
"""
NO_MODEL = """
from typing import Annotated
from fastapi import FastAPI
from pydantic import BaseModel, Field, FiniteFloat
app = FastAPI()
class Flower(BaseModel):
    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]
@app.post("/predict")
async def predict(flower: Flower) -> dict:
    return {"class": 0, "label": "setosa", "model_version": "none", "confidence": 1.0, "probabilities": {"setosa": 1.0}}
"""


@dataclass(frozen=True)
class Contender:
    """One way to serve the model.

    Attributes:
        name: what stands in the table.
        command: how it is started; {port} and {python} are filled in.
        workers: how many processes compute.
        code: its program; empty for a module of this workbook.
        packages: what its environment needs; none for our own.
        ping: whether it is asked GET /health, which does nothing, in place of a prediction.
    """

    name: str
    command: str
    workers: int
    code: str = ""
    packages: tuple[str, ...] = ()
    ping: bool = False


def contenders(sklearn: str) -> list[Contender]:
    """Return everybody, with the scikit-learn that the model was trained with."""
    quiet = "--port {port} --no-access-log --log-level warning"
    ours = f"{{python}} -m uvicorn lab07_production:app {quiet}"
    batched = f"{{python}} -m uvicorn lab13_scale:app {quiet}"
    granian = "{python} -m granian --interface asgi --host 127.0.0.1 --port {port} --no-access-log lab13_scale:app"
    gunicorn = (
        "{python} -m gunicorn lab07_production:app -k uvicorn_worker.UvicornWorker --bind 127.0.0.1:{port} --workers "
    )
    flask = "{python} -m gunicorn service:app --no-control-socket --bind 127.0.0.1:{port} --workers "
    model = (f"scikit-learn=={sklearn}", "joblib")
    lit = (*model, "litserve")
    rust = (*model, "granian", *(f"{name}=={version(name)}" for name in ("fastapi", "httpx")))
    return [
        Contender("FastAPI, uvicorn", ours, 1),
        Contender("FastAPI, uvicorn", f"{ours} --workers 2", 2),
        Contender("FastAPI, gunicorn", f"{gunicorn}2 --no-control-socket --log-level warning", 2),
        Contender("micro-batched, uvicorn", batched, 1),
        Contender("the same, a ping", batched, 1, ping=True),
        Contender("FastAPI, no model", f"{{python}} -m uvicorn service:app {quiet}", 1, NO_MODEL),
        Contender("micro-batched, granian", granian, 1, packages=rust),
        Contender("the same, a ping", granian, 1, packages=rust, ping=True),
        Contender("LitServe", "{python} service.py", 1, LITSERVE, lit),
        Contender("LitServe", "{python} service.py", 2, LITSERVE, lit),
        Contender("LitServe, batched", "{python} service.py", 1, LITSERVE_BATCHED, lit),
        Contender("BentoML", "{python} -m bentoml serve service:Iris --port {port}", 2, BENTOML, (*model, "bentoml")),
        Contender("Flask, gunicorn", f"{flask}1", 1, FLASK, (*model, "flask", "gunicorn")),
        Contender("Flask, gunicorn", f"{flask}2", 2, FLASK, (*model, "flask", "gunicorn")),
    ]
