"""The slate: a digit is drawn, each stroke goes over the WebSocket, and the answers of the student's server move bars.

The browser talks to the server by itself, so the page's Origin is what a browser says it is. Without one, as in a
terminal, a digit that somebody has written before is sent from here, and the text form shows what came back.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from labkit.checks.api import Api, Mismatch
from labkit.http import body as bodies
from labkit.pictures.live import STYLE, Tone
from labkit.pictures.view import Picture, framed

PATH = "/ws/predict"
_SHADES = " .:-=+*#%@"
_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "slate.js").read_text(encoding="utf-8")
_CSS = (_FOLDER / "slate.css").read_text(encoding="utf-8")
DIGITS = [str(digit) for digit in range(10)]


class Slate(Picture):
    """A slate to draw on, and what the server says of it.

    Attributes:
        row: what is on it, 64 numbers from 0 to 16.
        answer: what came back for that, as text; empty if nothing did.
        problem: why nothing did.
    """

    def __init__(self, api: Api, address: str, model: Path, row: Sequence[float]) -> None:
        """Send what is on the slate at first.

        Args:
            api: a client of the live server.
            address: the server's address for a browser.
            model: the file of its model, whose own opinion is drawn beside the answers.
            row: what is on the slate.
        """
        self._api, self._address = api, address
        self.names, self._weights, self._biases = _model(model)
        self.answer, self.problem = "", ""
        self.row: list[float] = []
        self.draw(row)

    def draw(self, row: Sequence[float]) -> Slate:
        """Put 64 numbers on the slate, and send them."""
        self.row, self.answer, self.problem = [float(level) for level in row], "", ""
        try:
            with self._api.websocket(PATH) as talk:
                came = talk.ask({"id": "slate", "pixels": self.row})
            self.answer = came.text or ""
            self.problem = "" if came.text is not None else came.got
        except Mismatch as problem:
            self.problem = problem.got
        return self

    def html(self) -> str:
        """Return the slate with its script."""
        name = f"slate-{uuid.uuid4().hex}"
        facts = {
            "address": self._address + PATH,
            "row": self.row,
            "answer": bodies.parse(self.answer) if isinstance(bodies.parse(self.answer), dict) else None,
            "weights": self._weights,
            "biases": self._biases,
        }
        data = json.dumps(facts).replace("<", "\\u003c")
        bars = "".join(_bar(label) for label in self.names)
        tone = Tone.BAD if self.problem else Tone.WAIT
        state = f'<b data-part="state" class="badge {tone}">{tone.sign} {escape(self.problem or "not connected")}</b>'
        count = '<span data-part="count" class="muted"></span>'
        wipe = '<button data-part="wipe" type="button">wipe</button>'
        return framed(
            [
                f'<div id="{name}"><script type="application/json">{data}</script>',
                '<div class="head"><b>Slate</b>',
                '<span class="muted">draw a digit with the mouse or a finger</span></div>',
                f'<div class="badges">{state}{wipe}{count}</div>',
                '<div class="slate">',
                _canvas("board", "a slate to draw a digit on"),
                _canvas("seen", "the 8 x 8 numbers that the server sees"),
                f'<div class="bars" role="img" aria-label="{escape(str(self))}">{bars}</div></div>',
                '<div class="muted">the slate, what the server sees, and what it answers (strong) before what its ',
                "model says of all ten (pale)</div>",
                f'<div class="slate-answer" data-part="answer">{escape(self._said)}</div></div>',
                f"<script>{_SCRIPT.replace('SLATE', name)}</script>",
            ],
            STYLE + _CSS,
        )

    @property
    def _said(self) -> str:
        """What came back, or why nothing did, as far as there is room."""
        return (self.answer or self.problem)[:120]

    def __str__(self) -> str:
        lines = [
            "  " + "".join(2 * _SHADES[min(9, max(0, round(level * 9 / 16)))] for level in self.row[at : at + 8])
            for at in range(0, len(self.row), 8)
        ]
        return "\n".join(["Slate, and what the server says of it", *lines, f"  {self._said}"])

    __repr__ = __str__


def written(number: int) -> list[float]:
    """Return a digit that somebody has written, one of scikit-learn's 1797."""
    from sklearn.datasets import load_digits

    return [float(level) for level in load_digits().data[number]]


def _model(path: Path) -> tuple[list[str], list[list[float]] | None, list[float] | None]:
    """Return the names of a model's classes, and its weights if it is a linear one."""
    try:
        saved: dict[str, Any] = joblib.load(path)
        names = [str(name) for name in saved["classes"]]
    except Exception:  # noqa: BLE001 (whatever is wrong with the file, the slate can be drawn on)
        return DIGITS, None, None
    model = saved["model"]
    if not hasattr(model, "coef_") or len(model.coef_) != len(names):
        return names, None, None
    return names, np.round(model.coef_, 4).tolist(), np.round(model.intercept_, 4).tolist()


def _canvas(part: str, label: str) -> str:
    return f'<canvas data-part="{part}" width="256" height="256" role="img" aria-label="{label}"></canvas>'


def _bar(label: str) -> str:
    name = escape(label)
    return f'<div data-class="{name}"><b>{name}</b><i><u class="own"></u><u class="said"></u></i><span></span></div>'
