# Checked by hand, in a factory's style, with the errors of Flask.

import math
import os

import joblib
from flask import Flask, abort, request


def create_app():
    app = Flask("iris")
    with open(os.environ.get("MODEL_PATH", "data/iris.joblib"), "rb") as file:
        saved = joblib.load(file)
    model, names = saved["model"], saved["classes"]

    @app.route("/predict", methods=["POST"])
    def predict():
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            abort(400)
        features = body.get("features")
        fine = isinstance(features, list) and len(features) == 4
        if not fine or not all(isinstance(x, (int, float)) and math.isfinite(x) for x in features):
            return {"error": "features: four finite numbers"}, 422
        shares = [float(share) for share in model.predict_proba([features])[0]]
        best = max(range(len(shares)), key=shares.__getitem__)
        return {
            "class": best,
            "label": names[best],
            "confidence": shares[best],
            "probabilities": {name: share for name, share in zip(names, shares)},
            "model_version": saved["version"],
        }

    return app


app = create_app()
