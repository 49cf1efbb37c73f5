"""How verdicts, hints and progress look: as HTML in a notebook, and always as plain text too.

Outcomes differ by sign and by words, never by colour alone. Colours are those of Okabe and Ito's palette, which
people with any kind of colour vision can tell apart, and the notebook's own for text and lines, so that the dark
theme works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from labkit.course import Exercise
from labkit.verdict import Outcome, Verdict

COLOURS = {
    Outcome.CORRECT: "#0072B2",
    Outcome.INCORRECT: "#D55E00",
    Outcome.NOT_ATTEMPTED: "#808080",
    Outcome.ERROR: "#CC79A7",
    Outcome.TIMEOUT: "#E69F00",
    Outcome.CHECKER_ERROR: "#808080",
}
LINE = "var(--jp-border-color1, #bbb)"
MONO = "font-family: var(--jp-code-font-family, monospace); font-size: var(--jp-code-font-size, 13px)"


class Picture:
    """Something shown in a notebook: `html()` where HTML can be shown, `str()` everywhere else."""

    def html(self) -> str:
        """Return the HTML form."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}


def badge(outcome: Outcome) -> str:
    """Return an outcome as a coloured sign and its words."""
    return f'<b style="color: {COLOURS[outcome]}">{outcome.symbol} {outcome.words}</b>'


def box(outcome: Outcome, parts: Iterable[str]) -> str:
    """Return parts in a box with a bar in the outcome's colour on its left."""
    style = f"border-left: 6px solid {COLOURS[outcome]}; padding: 2px 12px; margin: 4px 0"
    return f'<div class="labkit" style="{style}">{"".join(parts)}</div>'


@dataclass(frozen=True)
class Shown(Picture):
    """A verdict, shown."""

    verdict: Verdict

    def html(self) -> str:
        """Return the verdict as a box: the headline, then each check with its message."""
        verdict = self.verdict
        points = f"{verdict.points:g} of {verdict.max_points:g}"
        parts = [f"<div>{escape(notice)}</div>" for notice in verdict.notices]
        parts.append(f"<div>{badge(verdict.outcome)} <code>{escape(verdict.exercise)}</code>, {points} points</div>")
        for outcome, title, message in verdict.lines():
            sign = f'<span style="color: {COLOURS[outcome]}">{outcome.symbol}</span>'
            parts.append(f'<div style="margin-left: 1em">{sign} {escape(title)}</div>')
            if message:
                parts.append(f'<pre style="margin: 0 0 4px 2.2em; {MONO}">{escape(message)}</pre>')
        return box(verdict.outcome, parts)

    def __str__(self) -> str:
        return str(self.verdict)

    __repr__ = __str__


@dataclass(frozen=True)
class Hint(Picture):
    """One hint: its text, its number, and how many there are."""

    text: str
    number: int
    count: int

    def html(self) -> str:
        """Return the hint as a box."""
        return box(Outcome.NOT_ATTEMPTED, [f"<b>hint {self.number} of {self.count}</b> {escape(self.text)}"])

    def __str__(self) -> str:
        return f"hint {self.number} of {self.count}: {self.text}"

    __repr__ = __str__


@dataclass(frozen=True)
class Overview(Picture):
    """How far a lab has come: each exercise with what is kept of its last verdict, and whether it changed since."""

    title: str
    server: str
    rows: list[tuple[Exercise, dict[str, Any] | None, bool]]

    @property
    def points(self) -> float:
        """The points of all last verdicts together."""
        return sum(float(kept["points"]) for _, kept, _ in self.rows if kept)

    @property
    def headline(self) -> str:
        """One line: the title and the points so far."""
        return f"{self.title}: {self.points:g} of {sum(exercise.points for exercise, _, _ in self.rows):g} points"

    def html(self) -> str:
        """Return the overview as a table."""
        rows = []
        for exercise, kept, stale in self.rows:
            cells = [
                f"<code>{escape(exercise.id)}</code>",
                escape(exercise.title),
                _state(kept, badge),
                _points(exercise, kept),
            ]
            cells.append("changed since" if stale else "")
            rows.append("<tr>" + "".join(f'<td style="text-align: left">{cell}</td>' for cell in cells) + "</tr>")
        style = f"border-top: 1px solid {LINE}; margin: 4px 0"
        table = f'<table style="{style}">{"".join(rows)}</table>'
        return f"<div><b>{escape(self.headline)}</b> ({escape(self.server)}){table}</div>"

    def __str__(self) -> str:
        lines = [f"{self.headline} ({self.server})"]
        for exercise, kept, stale in self.rows:
            state = _state(kept, lambda outcome: f"{outcome.symbol} {outcome.words}")
            note = ", changed since" if stale else ""
            lines.append(f"  {exercise.id:<18} {state:<20} {_points(exercise, kept)}{note}")
        return "\n".join(lines)

    __repr__ = __str__


def _state(kept: dict[str, Any] | None, show: Any) -> str:
    return str(show(Outcome(kept["outcome"]))) if kept else "not checked yet"


def _points(exercise: Exercise, kept: dict[str, Any] | None) -> str:
    return f"{kept['points'] if kept else 0:g} of {exercise.points:g}"
