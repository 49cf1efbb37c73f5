"""The broken forms of `iris_api` that students may see. The grader has more of them."""

from __future__ import annotations

from labkit.mutation.mutant import Mutant

MUTANTS = [
    Mutant(
        "sleepy",
        "client_fixture",
        "starts without loading the model",
        "    app.state.model = Model()\n    app.state.model.predict_proba([[5.0, 3.0, 4.0, 1.0]])\n",
        "    app.state.model = None\n",
    ),
    Mutant(
        "siamese",
        "client_fixture",
        "returns the same app from create_app every time",
        "def create_app() -> FastAPI:",
        "import functools\n\n\n@functools.cache\ndef create_app() -> FastAPI:",
    ),
    Mutant(
        "mislabel",
        "happy_path",
        "answers with the name of another class than the one it predicts",
        '"label": model.classes[best],',
        '"label": model.classes[best - 1],',
    ),
    Mutant(
        "parrot",
        "happy_path",
        "answers every row of a batch as if it were the first one",
        "    found = model.predict_proba(flowers.rows)\n",
        "    found = model.predict_proba(flowers.rows[:1]) * len(flowers.rows)\n",
    ),
    Mutant(
        "short_measure",
        "bad_input",
        "does not refuse a row with fewer than four numbers",
        "Field(min_length=4, max_length=4)",
        "Field(max_length=4)",
    ),
    Mutant(
        "bottomless",
        "bad_input",
        "takes a batch of any size",
        "Field(min_length=1, max_length=1000)",
        "Field(min_length=1)",
    ),
    Mutant(
        "vague",
        "bad_input",
        "refuses bad input without saying which field is bad",
        '"loc": list(problem["loc"])',
        '"loc": ["body"]',
    ),
    Mutant(
        "impatient",
        "failures",
        "does not say when to ask again if there is no model",
        '503, "no model is loaded", headers=wait)',
        '503, "no model is loaded")',
    ),
    Mutant(
        "gossip",
        "failures",
        "tells the client what the exception says",
        "except Exception:\n"
        '            log.exception("request %s failed", request_id)\n'
        '            answer = _problem(scope["path"], 500, "the server failed"',
        "except Exception as error:\n"
        '            log.exception("request %s failed", request_id)\n'
        '            answer = _problem(scope["path"], 500, str(error)',
    ),
    Mutant(
        "cutter",
        "invariants",
        "cuts each probability off after its first digit",
        "dict(zip(model.classes, probabilities, strict=True))",
        "{name: math.floor(10 * value) / 10 for name, value in zip(model.classes, probabilities)}",
    ),
    Mutant(
        "twins",
        "invariants",
        "gives every response the same request id",
        "uuid.uuid4().hex",
        '"0" * 32',
    ),
    Mutant(
        "nosy",
        "invariants",
        "calls the model when it is asked for its health",
        'def health(request: Request) -> dict[str, Any]:\n    """Say that the process is alive."""\n',
        "def health(request: Request, model: Asked) -> dict[str, Any]:\n"
        '    """Say that the process is alive."""\n'
        "    model.predict_proba([[5.0, 3.0, 4.0, 1.0]])\n",
    ),
]
"""At least two for each exercise."""
