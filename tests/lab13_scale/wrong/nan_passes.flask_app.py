# NaN is a number to Python.
# fails: flask
# says: FiniteFloat refuses them

"""The model of lab 03, served by Flask."""

import os
from pathlib import Path

import joblib
from flask import Flask, jsonify, request
from pydantic import BaseModel, Field, ValidationError

TRAINED = Path(__file__).resolve().parents[2] / "data" / "iris.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))

app = Flask(__name__)
# POST /predict    as in lab 03: class, label, model_version, confidence, probabilities; 422 naming features
saved = joblib.load(MODEL_PATH)


class Flower(BaseModel):
    """The measurements of one flower, in centimetres."""

    features: list[float] = Field(min_length=4, max_length=4)


@app.post("/predict")
def predict():
    """Say which class a flower belongs to."""
    body = request.get_json()
    if not isinstance(body, dict):
        return jsonify(error="a JSON object is expected"), 422
    try:
        flower = Flower.model_validate(body)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=False, include_input=False)
        return jsonify(detail=errors), 422
    row = saved["model"].predict_proba([flower.features])[0]
    number = int(row.argmax())
    return {
        "class": number,
        "label": saved["classes"][number],
        "model_version": saved["version"],
        "confidence": float(row[number]),
        "probabilities": dict(zip(saved["classes"], row.tolist())),
    }
