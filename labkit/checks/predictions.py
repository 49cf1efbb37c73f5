"""What a server has to answer to predictions, where the check knows the model that it has swapped in."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labkit.checks.api import Api, Reply
from labkit.checks.compare import same
from labkit.checks.models import StandIn, served
from labkit.module.errors import in_module
from labkit.sandbox.setup import Setup

NEAR = 1e-3
"""How far a probability may be from the model's own: whoever rounds to three digits is right."""
IRIS = ["setosa", "versicolor", "virginica"]
"""The names of the iris model's classes."""
FLOWER = [5.1, 3.5, 1.4, 0.2]
"""The measures of an iris: four numbers that any model of four features answers."""
AWAIT = "is there an `await` in front of `ask`?"
ONE_ROW = "the model takes a list of rows, and one flower is one row"
DIGITS = "if you round, keep at least three digits"
NUMPY = "numpy's arrays and whole numbers are no JSON: int(...), float(...) and .tolist() make Python's own of them"

Row = Sequence[float]


@dataclass(frozen=True)
class Known:
    """A model whose answers the check knows, the names of its classes, and its version."""

    model: StandIn
    classes: list[str]
    version: str

    @cached_property
    def setup(self) -> Setup:
        """How a module is started that finds this model at MODEL_PATH."""
        return served(self.model, self.classes, self.version)

    def prediction(self, row: Row) -> dict[str, Any]:
        """What a prediction has to say at least."""
        number, _ = self.model.answer(row)
        return {"class": number, "label": self.classes[number], "model_version": self.version}

    def answers(self, reply: Reply, row: Row) -> bool:
        """Whether this is the model's answer for this row, whatever else it says."""
        return not lacks(reply.json, self.prediction(row))

    def expect_prediction(self, reply: Reply, row: Row) -> None:
        """Expect a 200 with the class of this row."""
        wanted = self.prediction(row)
        if reply.status != 200 or lacks(reply.json, wanted):
            reply.fail(f"200 {json.dumps(wanted)}", self._why(reply, row))

    def expect_confidence(self, reply: Reply, row: Row) -> None:
        """Expect a 200 with the highest probability of this row."""
        number, probabilities = self.model.answer(row)
        found = reply.json.get("confidence") if isinstance(reply.json, dict) else None
        if reply.status != 200 or not _near(found, max(probabilities)):
            is_class = number and same(found, number)
            advice = "that is the number of the class, not how probable it is" if is_class else _cause(reply)
            advice = DIGITS if not is_class and _rounded([found], [max(probabilities)]) else advice
            reply.fail(f'200 with "confidence": {max(probabilities):.4f}', advice)

    def expect_probabilities(self, reply: Reply, row: Row) -> None:
        """Expect a 200 with the probability of each class by its name."""
        _, probabilities = self.model.answer(row)
        wanted = dict(zip(self.classes, probabilities, strict=True))
        found = reply.json.get("probabilities") if isinstance(reply.json, dict) else None
        by_name = found if isinstance(found, dict) else {}
        right = by_name.keys() == wanted.keys() and all(_near(by_name[name], wanted[name]) for name in wanted)
        if reply.status != 200 or not right:
            shown = json.dumps({name: round(value, 4) for name, value in wanted.items()})
            numbered = isinstance(found, list) or {"0", "1"} <= by_name.keys()
            advice = 'the keys are the names in saved["classes"]' if numbered else _cause(reply)
            if by_name.keys() == wanted.keys() and _rounded([by_name[name] for name in wanted], probabilities):
                advice = DIGITS
            reply.fail(
                f'200 with "probabilities": {shown}',
                advice,
                got=f"probabilities {json.dumps(found)}" if reply.status == 200 else None,
            )

    def expect_batch(self, reply: Reply, rows: Sequence[Row]) -> None:
        """Expect a 200 with a prediction for each row, in the order of the rows."""
        wanted = [self.prediction(row) for row in rows]
        found = reply.json.get("predictions") if isinstance(reply.json, dict) else None
        if reply.status != 200 or not isinstance(found, list) or len(found) != len(wanted):
            count = f"{len(found)} predictions" if isinstance(found, list) else None
            reply.fail(f'200 {{"predictions": [...]}}, {len(wanted)} of them', _cause(reply), got=count)
        for place, (one, right) in enumerate(zip(found, wanted, strict=True)):
            if lacks(one, right):
                others = all(not lacks(*pair) for pair in zip(_sorted(found), _sorted(wanted), strict=True))
                advice = "the answers stand in the order of the rows" if others else None
                got = f"at predictions[{place}] {json.dumps(one)}"
                reply.fail(f"200, at predictions[{place}] {json.dumps(right)}", advice, got=got)

    def _why(self, reply: Reply, row: Row) -> str | None:
        """Say what to try where the answer shows what is wrong."""
        found = reply.json if reply.status == 200 and isinstance(reply.json, dict) else {}
        number, _ = self.model.answer(row)
        if found.get("label") in IRIS:
            return 'the label stands in saved["classes"]: the check has put a model of its own at MODEL_PATH'
        if same(found.get("class"), self.classes[number]):
            return "class is the number, label is the name"
        if same(found.get("class"), [number]):
            return "predict answers with an array, a number for each row: take the first one"
        if same(found.get("class"), number) and found.get("model_version") == "1.0.0":
            return 'the version stands in saved["version"]: the check has put a model of its own at MODEL_PATH'
        return _cause(reply)


def expect_calls(reply: Reply, told: Iterable[str], rows: int) -> None:
    """Expect that a request has called each method of the model at most once, with all of its rows.

    Args:
        reply: its answer.
        told: what the model has told meanwhile.
        rows: how many rows it had.
    """
    calls = [event for event in told if event.startswith("predict")]
    times = Counter(event.split()[0] for event in calls)
    for name, count in times.items():
        if count > 1:
            advice = f"call {name} once, with all rows, and go through its answers" if rows > 1 else None
            reply.fail(f"one call of {name}", advice, got=f"{name} was called {count} times")


def expect_refusal(reply: Reply) -> None:
    """Expect bad input to be refused in any way that blames the client."""
    if not 400 <= reply.status < 500:
        reply.fail("a status from 400 to 499")


def send(api: Api, path: str, body: str) -> Reply:
    """Post a text that is called JSON, whether it is any or not."""
    return api.post(path, content=body.encode(), headers={"Content-Type": "application/json"})


def lacks(found: Any, wanted: dict[str, Any]) -> bool:
    """Whether what was found is not a dict with all that is wanted."""
    return not isinstance(found, dict) or any(not same(found.get(key), value) for key, value in wanted.items())


def _near(found: Any, wanted: float) -> bool:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return number and math.isclose(found, wanted, abs_tol=NEAR)


def _sorted(predictions: Iterable[Any]) -> list[Any]:
    return sorted(predictions, key=lambda one: str(one.get("class")) if isinstance(one, dict) else "")


def _rounded(found: Sequence[Any], wanted: Sequence[float]) -> bool:
    """Whether these are the right numbers, each with one digit or with two."""
    return any(list(found) == [round(value, digits) for value in wanted] for digits in (1, 2))


def _cause(reply: Reply) -> str | None:
    """Say what to try where what was raised shows what is wrong."""
    if reply.status != 500 or not reply.raised:
        return None
    if "'coroutine' object" in reply.raised:
        return AWAIT
    if reply.raised.startswith("ValueError: Expected 2D array"):
        return ONE_ROW
    if "is not JSON serializable" in reply.raised:
        return NUMPY
    called = re.match(r"TypeError: \w+\(\) (missing|takes) ", reply.raised)
    return None if called or in_module(reply.raised) else NUMPY  # no line of the student's has raised: it is no JSON
