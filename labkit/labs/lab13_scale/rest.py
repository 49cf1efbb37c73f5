"""The same prediction with Django REST framework: given, since it only runs in the race.

MODEL_PATH=data/iris.joblib gunicorn labkit.labs.lab13_scale.rest:app
"""

from __future__ import annotations

import os
from typing import Any

import django
import joblib
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(16).hex(),
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 (Django wants its settings first)
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

_saved = joblib.load(os.environ["MODEL_PATH"])


class Flower(serializers.Serializer):  # type: ignore[misc]
    """The measurements of one flower: what a Pydantic model is to FastAPI."""

    features = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)


class Predict(APIView):  # type: ignore[misc]
    """The route."""

    def post(self, request: Any) -> Any:
        """Say which class a flower belongs to."""
        flower = Flower(data=request.data)
        flower.is_valid(raise_exception=True)
        row = _saved["model"].predict_proba([flower.validated_data["features"]])[0]
        number, names = int(row.argmax()), _saved["classes"]
        shares = dict(zip(names, row.tolist(), strict=True))
        found = {"class": number, "label": names[number], "confidence": float(row[number]), "probabilities": shares}
        return Response({**found, "model_version": _saved["version"]})


urlpatterns = [path("predict", Predict.as_view())]
app = get_wsgi_application()
