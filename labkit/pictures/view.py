"""How verdicts, hints and progress look: as HTML in a notebook, and always as plain text too.

Outcomes differ by sign and by words, never by colour alone; colours and sizes stand in view.css.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from labkit import contrast
from labkit.contrast import Span, marked
from labkit.course import Exercise
from labkit.http import address
from labkit.verdict import Outcome, Verdict

STYLE = Path(__file__).with_name("view.css").read_text(encoding="utf-8")
_SECOND = "A second solution, to compare with yours"
_LABELLED = re.compile(r"(?P<label>[a-z][a-z ]{0,8}?) {2,}(?P<text>.*)")


class Picture:
    """Something shown in a notebook: `html()` where HTML can be shown, `str()` everywhere else."""

    def html(self) -> str:
        """Return the HTML form."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}


def badge(outcome: Outcome) -> str:
    """Return an outcome as a coloured sign and its words."""
    return f'<b class="tone {outcome}">{outcome.symbol} {outcome.words}</b>'


def framed(parts: Iterable[str], style: str = "") -> str:
    """Return parts as one picture, with its style inside."""
    return f'<div class="labkit"><style>{STYLE}{style}</style>{"".join(parts)}</div>'


def box(outcome: Outcome, parts: Iterable[str]) -> str:
    """Return parts in a box with a bar in the outcome's colour on its left."""
    return framed([f'<div class="box {outcome}">', *parts, "</div>"])


def linked(text: str, after: str = "") -> str:
    """Return a text in which the server's address can be clicked; `after` is put behind the address it leads to."""

    def link(found: re.Match[str]) -> str:
        return f'<a href="{found[0]}{after}" target="_blank" rel="noopener">{found[0]}{after}</a>'

    return address.pattern().sub(link, escape(text))


def aligned(text: str) -> str:
    """Return lines such as `expected  200`, each label in a column of its own, what differs marked."""
    return "".join(_line(line, spans) for line, spans in contrast.lines(text))


@dataclass(frozen=True)
class Written(Picture):
    """What became of a section: a line that says where it went, then labelled ones."""

    text: str

    def html(self) -> str:
        """Return the lines, aligned, the server's address as a link; a problem has a bar on its left."""
        lines = f'<div class="written">{aligned(self.text)}</div>'
        return box(Outcome.ERROR, [lines]) if "\nproblem" in self.text else framed([lines])

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


@dataclass(frozen=True)
class Shown(Picture):
    """A verdict, shown.

    Attributes:
        verdict: what an exercise came to.
        second: another solution of it, to be read once it is solved; empty before.
    """

    verdict: Verdict
    second: str = ""

    def html(self) -> str:
        """Return the verdict as a box: the headline, then each check with its message."""
        verdict = self.verdict
        points = f"{verdict.points:g} of {verdict.max_points:g} point{'' if verdict.max_points == 1 else 's'}"
        name = f'<span>{escape(verdict.title)}</span> <code class="muted">{escape(verdict.exercise)}</code>'
        parts = [f"<div>{escape(notice)}</div>" for notice in verdict.notices]
        sign = badge(verdict.outcome) + escape(verdict.remark)
        parts.append(f'<div class="head"><span>{sign}</span> {name}<span class="end">{points}</span></div>')
        for outcome, sentence, message in verdict.lines():
            said = f'<div class="message">{aligned(message)}</div>' if message else ""
            sign = f'<span class="sign">{outcome.symbol}</span>'
            parts.append(f'<div class="check {outcome}">{sign}<span>{escape(sentence)}</span>{said}</div>')
        if self.second:
            code = f'<pre class="message">{escape(self.second.rstrip())}</pre>'
            parts.append(f'<details class="second"><summary>{_SECOND}</summary>{code}</details>')
        return box(verdict.outcome, parts)

    def __str__(self) -> str:
        return f"{self.verdict}\n{_SECOND}:\n\n{self.second}" if self.second else str(self.verdict)

    __repr__ = __str__


@dataclass(frozen=True)
class Hint(Picture):
    """One hint: its text, its number, and how many there are."""

    text: str
    number: int
    count: int

    def html(self) -> str:
        """Return the hint as a box."""
        return box(
            Outcome.NOT_ATTEMPTED, [f'<b class="tone">hint {self.number} of {self.count}</b>&ensp;{_code(self.text)}']
        )

    def __str__(self) -> str:
        return f"hint {self.number} of {self.count}: {self.text}"

    __repr__ = __str__


@dataclass(frozen=True)
class Overview(Picture):
    """How far a lab has come: each exercise with what is kept of its last verdict, and whether it changed since.

    Attributes:
        docs: the path of the server's documentation; None where it has none.
        attendance: what is reported to whom; empty where nothing is.
    """

    title: str
    server: str
    rows: list[tuple[Exercise, dict[str, Any] | None, bool]]
    docs: str | None = None
    attendance: str = ""

    @property
    def points(self) -> float:
        """The points of all last verdicts together."""
        return sum(float(kept["points"]) for _, kept, _ in self.rows if kept)

    @property
    def headline(self) -> str:
        """One line: the title and the points so far."""
        return f"{self.title}: {self.points:g} of {sum(exercise.points for exercise, _, _ in self.rows):g} points"

    @property
    def first(self) -> str:
        """What to mend before anything else, since others wait for it; empty where nothing is."""
        waiting = {exercise.id: kept.get("first", "") for exercise, kept, stale in self.rows if kept and not stale}
        names = list(waiting.values())
        most = max(filter(None, names), key=names.count, default="")
        others = [name for name, first in waiting.items() if first == most]
        return f"mend {most} first: {', '.join(others)} cannot pass before" if most else ""

    def html(self) -> str:
        """Return the overview: a bar with a part for each exercise, and a table."""
        bar = "".join(_part(exercise, kept) for exercise, kept, _ in self.rows)
        rows = "".join(_row(*row) for row in self.rows)
        points = self.headline.rpartition(": ")[2]
        found = address.pattern().search(self.server)
        docs = f", its documentation on {linked(found[0], self.docs)}" if found and self.docs else ""
        return framed(
            [
                f'<div class="head"><b>{escape(self.title)}</b><b class="end">{points}</b></div>',
                f'<div class="bar" aria-hidden="true">{bar}</div>',
                f'<table class="exercises">{rows}</table>',
                f"<div><b>{escape(self.first)}</b></div>" if self.first else "",
                f'<div class="muted">server: {linked(self.server)}{docs}</div>',
                f'<div class="muted">{escape(self.attendance)}</div>' if self.attendance else "",
            ]
        )

    def __str__(self) -> str:
        lines = [f"{self.headline} ({self.server})"]
        for exercise, kept, stale in self.rows:
            state = _state(kept, lambda outcome: f"{outcome.symbol} {outcome.words}")
            note = ", changed since" if stale else ""
            lines.append(f"  {exercise.id:<18} {state:<20} {_points(exercise, kept)}{note}")
        return "\n".join([*lines, *filter(None, [self.first, self.attendance])])

    __repr__ = __str__


def _part(exercise: Exercise, kept: dict[str, Any] | None) -> str:
    """Return an exercise's part of the bar: as long as it has points, filled as far as they were earned."""
    share = 100 * float(kept["points"]) / exercise.points if kept else 0
    return f'<i style="flex: {exercise.points:g}"><i style="width: {share:.0f}%"></i></i>'


def _row(exercise: Exercise, kept: dict[str, Any] | None, stale: bool) -> str:
    cells = [f"<code>{escape(exercise.id)}</code>", escape(exercise.title), _state(kept, badge)]
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    note = '<span class="muted">changed since</span>' if stale else ""
    return f'<tr>{row}<td class="end">{_points(exercise, kept)}</td><td>{note}</td></tr>'


def _line(line: str, spans: Sequence[Span]) -> str:
    labelled = _LABELLED.fullmatch(line)
    if labelled is None:
        return f"<div>{linked(line)}</div>"
    begin = labelled.start("text")
    text = marked(labelled["text"], [(start - begin, end - begin) for start, end in spans], linked)
    return f'<div class="labelled"><b>{escape(labelled["label"])}</b><span>{text}</span></div>'


def _code(text: str) -> str:
    """Return a text of the course with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _state(kept: dict[str, Any] | None, show: Any) -> str:
    return str(show(Outcome(kept["outcome"]))) if kept else "not checked yet"


def _points(exercise: Exercise, kept: dict[str, Any] | None) -> str:
    return f"{kept['points'] if kept else 0:g} of {exercise.points:g}"
