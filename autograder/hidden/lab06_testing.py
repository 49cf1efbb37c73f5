"""The hidden checks of lab06_testing: more broken APIs, and more that are right in other words.

Each breaks what the contract says and a careful test of its exercise asks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.checks.api import exercise
from labkit.mutation.mutant import Mutant
from labkit.mutation.result import Tried

_FOLDER = Path(__file__).with_name("lab06_testing")
EQUIVALENTS = [path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.py"))]

_OVERRIDE = "def model_not_loaded(request: Request, error: Any) -> JSONResponse:\n"
_MISSING = f'async {_OVERRIDE}    """Say that there is no model now, and when to ask again."""\n'

CLIENT = [
    Mutant(
        "early_bird",
        "client_fixture",
        "is ready before its lifespan has begun",
        "    app.state.ready = False\n    app.add_middleware(Observed)\n",
        "    app.state.model = Model()\n    app.state.ready = True\n    app.add_middleware(Observed)\n",
    ),
    Mutant(
        "undead",
        "client_fixture",
        "is still ready after its shutdown",
        "    app.state.ready = False\n    app.state.model = None\n",
        "    app.state.ready = True\n",
    ),
    Mutant(
        "never_ready",
        "client_fixture",
        "has started and never says that it is ready",
        "    app.state.ready = True\n    yield\n",
        "    yield\n",
    ),
]

HAPPY = [
    Mutant(
        "sure",
        "happy_path",
        "gives the class as the confidence",
        '"confidence": probabilities[best]',
        '"confidence": float(best)',
    ),
    Mutant("contrary", "happy_path", "predicts the least probable class", "best = max(range(", "best = min(range("),
    Mutant(
        "numbered",
        "happy_path",
        "names the probabilities by number",
        '"probabilities": dict(zip(model.classes, probabilities, strict=True))',
        '"probabilities": {str(index): value for index, value in enumerate(probabilities)}',
    ),
    Mutant(
        "backwards",
        "happy_path",
        "gives the features of a single flower to the model from the last to the first",
        "model.predict_proba([flower.features])",
        "model.predict_proba([flower.features[::-1]])",
    ),
    Mutant(
        "disordered",
        "happy_path",
        "lists the classes in another order than it numbers them",
        '"classes": model.classes, "loaded_at"',
        '"classes": model.classes[::-1], "loaded_at"',
    ),
    Mutant(
        "reborn",
        "happy_path",
        "says that the model was loaded just now, whenever it is asked",
        "loaded_at = model.loaded_at.isoformat()",
        "loaded_at = datetime.now(UTC).isoformat()",
    ),
    Mutant(
        "unversioned",
        "happy_path",
        "gives a version with its predictions that is not the model's",
        '"model_version": model.version',
        '"model_version": "latest"',
    ),
]

BAD_INPUT = [
    Mutant(
        "long_measure",
        "bad_input",
        "does not refuse a row with five numbers",
        "Field(min_length=4, max_length=4)",
        "Field(min_length=4)",
    ),
    Mutant(
        "nan",
        "bad_input",
        "lets NaN and Infinity through to the model",
        "Row = Annotated[list[FiniteFloat]",
        "Row = Annotated[list[float]",
    ),
    Mutant(
        "wordy",
        "bad_input",
        "takes a word for zero",
        "Row = Annotated[list[FiniteFloat],",
        "from pydantic import BeforeValidator\n\nNumber = Annotated[\n"
        "    FiniteFloat, BeforeValidator(lambda value: 0.0 if isinstance(value, str) else value)\n]\n"
        "Row = Annotated[list[Number],",
    ),
    Mutant(
        "nothing", "bad_input", "takes an empty batch", "Field(min_length=1, max_length=1000)", "Field(max_length=1000)"
    ),
    Mutant("one_more", "bad_input", "takes a batch of 1001 rows", "max_length=1000)", "max_length=1001)"),
    Mutant(
        "tolerant",
        "bad_input",
        "ignores a field that it does not know",
        '    model_config = ConfigDict(extra="forbid")\n\n    features: Row\n',
        "    features: Row\n",
    ),
    Mutant(
        "generous",
        "bad_input",
        "invents features that are missing",
        "    features: Row\n",
        "    features: Row = [5.0, 3.0, 4.0, 1.0]\n",
    ),
    Mutant(
        "outdated",
        "bad_input",
        "refuses bad input with 400",
        '422, "the input was refused"',
        '400, "the input was refused"',
    ),
    Mutant(
        "mistaken",
        "bad_input",
        "refuses bad input and names the wrong field",
        '"loc": list(problem["loc"])',
        '"loc": ["body", "input"]',
    ),
]

FAILURES = [
    Mutant(
        "blamed",
        "failures",
        "answers 500 if there is no model",
        '503, "no model is loaded"',
        '500, "no model is loaded"',
    ),
    Mutant(
        "someday",
        "failures",
        "says with a word when to ask again",
        '    wait = {"Retry-After": str(RETRY_AFTER)}\n',
        '    wait = {"Retry-After": "soon"}\n',
    ),
    Mutant(
        "pretender",
        "failures",
        "answers a batch without a model, with no predictions",
        _MISSING,
        _MISSING + '    if request.url.path == "/predict/batch":\n        return JSONResponse({"predictions": []})\n',
    ),
    Mutant(
        "excuse",
        "failures",
        "calls a model that raises a missing one",
        'answer = _problem(scope["path"], 500,',
        'answer = _problem(scope["path"], 503,',
    ),
    Mutant(
        "anonymous",
        "failures",
        "gives no request id in the body of a 500",
        '"the server failed", request_id=request_id)',
        '"the server failed")',
    ),
    Mutant(
        "sympathetic",
        "failures",
        "is not healthy without a model",
        "def health(request: Request) -> dict[str, Any]:",
        "def health(request: Request, model: Asked) -> dict[str, Any]:",
    ),
]

INVARIANTS = [
    Mutant(
        "reversed",
        "invariants",
        "answers a batch from the last row to the first",
        "for probabilities in found]",
        "for probabilities in found[::-1]]",
    ),
    Mutant(
        "coarse",
        "invariants",
        "rounds the rows of a batch before it predicts",
        "    found = model.predict_proba(flowers.rows)\n",
        "    found = model.predict_proba([[float(round(value)) for value in row] for row in flowers.rows])\n",
    ),
    Mutant(
        "unsure",
        "invariants",
        "makes a little too much of each probability",
        "return [power / sum(powers) for power in powers]",
        "return [power / sum(powers) * 1.001 for power in powers]",
    ),
    Mutant(
        "absent",
        "invariants",
        "gives no request id to a response that is an error",
        'if message["type"] == "http.response.start":',
        'if message["type"] == "http.response.start" and message["status"] < 400:',
    ),
    Mutant("gullible", "invariants", "takes any request id that a client sends", 'r"[A-Za-z0-9-]{1,64}"', 'r".{1,64}"'),
    Mutant(
        "anxious",
        "invariants",
        "calls the model when it is asked whether it is ready",
        'def readiness(request: Request) -> dict[str, Any]:\n    """Say whether requests may be sent here."""\n',
        "def readiness(request: Request, model: Asked) -> dict[str, Any]:\n"
        '    """Say whether requests may be sent here."""\n'
        "    model.predict_proba([[5.0, 3.0, 4.0, 1.0]])\n",
    ),
]

MUTANTS = [*CLIENT, *HAPPY, *BAD_INPUT, *FAILURES, *INVARIANTS]


@pytest.mark.parametrize("mutant", [pytest.param(m, marks=exercise(m.exercise), id=m.name) for m in MUTANTS])
def test_hidden_mutant(tried: Tried, mutant: Mutant) -> None:
    """{mutant.name}: {mutant.wrong}."""
    tried.expect_rejected(mutant)
