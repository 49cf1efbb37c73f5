"""A plane of answers: two measurements that vary, what a model says at each place, and the one flower that is asked.

    plane = Plane(Axis("petal length", 1, 7, 4.5), Axis("petal width", 0, 2.5, 1.5))
    plane.cells = [answer(*place) for place in plane.places()]
    plane.answer = answer(4.5, 1.5)

Each class has a colour, its name where it reigns, and a digit in the text form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from labkit.pictures.live import STYLE, LivePicture, Tone
from labkit.pictures.view import framed

COLUMNS, ROWS = 36, 27
"""How many places there are: less than 1000, so that they fit into one batch."""
SIZE = 17
"""How wide and high a place is drawn."""
WIDTH, HEIGHT = COLUMNS * SIZE, ROWS * SIZE
_CSS = Path(__file__).with_name("plane.css").read_text(encoding="utf-8")
_WIDE, _HIGH = 60, 28
"""How near a name may come to the flower."""
_SHADES = 8


@dataclass(frozen=True)
class Answer:
    """What the model says of one place.

    Attributes:
        number: the class.
        label: its name.
        confidence: how sure it is, from 0 to 1; None if it does not say.
    """

    number: int
    label: str
    confidence: float | None = None

    @property
    def shade(self) -> int:
        """How strong its colour is, from 1 to _SHADES."""
        return _SHADES if self.confidence is None else max(1, min(_SHADES, round(_SHADES * self.confidence)))

    def __str__(self) -> str:
        return self.label if self.confidence is None else f"{self.label}, {self.confidence:.0%} sure"


@dataclass
class Axis:
    """One measurement: its name, from where to where it goes, and its value for the flower."""

    name: str
    low: float
    high: float
    value: float

    def at(self, place: int, places: int) -> float:
        """The measurement in the middle of one of the places."""
        return self.low + (self.high - self.low) * (place + 0.5) / places

    def share(self, value: float) -> float:
        """Where a value lies: 0 is `low`, 1 is `high`."""
        return (value - self.low) / (self.high - self.low)


@dataclass(repr=False)
class Plane(LivePicture):
    """The plane.

    Attributes:
        across, up: the two measurements.
        cells: the answer at each of `places()`; empty if there are none.
        answer: the answer for the flower; None if there is none.
        known: flowers whose class is known, as (across, up, class).
        badges: what is counted, each with its tone and in words.
        problem: what stands in the way; empty if nothing does.
    """

    across: Axis
    up: Axis
    cells: list[Answer] = field(default_factory=list)
    answer: Answer | None = None
    known: list[tuple[float, float, int]] = field(default_factory=list)
    badges: list[tuple[Tone, str]] = field(default_factory=list)
    problem: str = ""

    def places(self) -> Iterator[tuple[float, float]]:
        """Go through the plane from its upper left to its lower right, line by line."""
        for row in reversed(range(ROWS)):
            for column in range(COLUMNS):
                yield self.across.at(column, COLUMNS), self.up.at(row, ROWS)

    @property
    def labels(self) -> dict[int, str]:
        """The classes that are in the picture."""
        answers = [*self.cells, *([self.answer] if self.answer else [])]
        return dict(sorted({answer.number: answer.label for answer in answers}.items()))

    def html(self) -> str:
        """Return the plane as SVG, with the flower on it, and what is counted above."""
        badges = "".join(f'<b class="badge {tone}">{tone.sign} {escape(words)}</b>' for tone, words in self.badges)
        said = escape(str(self.answer)) if self.answer else "no answer"
        problem = f'<div class="problem">{escape(self.problem)}</div>' if self.problem else ""
        drawing = "".join([*self._colours(), *self._known(), *self._names(), self._flower()])
        return framed(
            [
                f'<div class="head"><b>Decision surface</b><span class="end">{said}</span></div>',
                f'<div class="badges">{badges}</div>{problem}',
                f'<svg class="plane" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" ',
                f'aria-label="{escape(self._total())}">{drawing}</svg>',
            ],
            STYLE + _CSS,
        )

    def __str__(self) -> str:
        lines = [self._total(), *([f"  {self.problem}"] if self.problem else [])]
        flower = self._place()
        for row in range(0, ROWS if self.cells else 0, 2):
            digits = [str(answer.number) for answer in self.cells[row * COLUMNS : (row + 1) * COLUMNS]]
            if flower[1] // 2 == row // 2:
                digits[flower[0]] = "@"
            lines.append(f"  {''.join(digits)}")
        legend = "  ".join(f"{number} {label}" for number, label in self.labels.items())
        axes = f"across {self.across.name} {self.across.value:g}, up {self.up.name} {self.up.value:g}"
        return "\n".join([*lines, f"  {legend}  @ the flower: {axes}"])

    def _total(self) -> str:
        counted = ", ".join(words for _, words in self.badges)
        return f"Decision surface: {self.answer or 'no answer'}{f' ({counted})' if counted else ''}"

    def _place(self) -> tuple[int, int]:
        """In which column and row of places the flower lies."""
        column = min(COLUMNS - 1, max(0, int(COLUMNS * self.across.share(self.across.value))))
        row = min(ROWS - 1, max(0, int(ROWS * (1 - self.up.share(self.up.value)))))
        return column, row

    def _colours(self) -> Iterator[str]:
        """Colour the places, those beside each other that look alike in one piece."""
        yield f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>'
        for row in range(ROWS if self.cells else 0):
            line = self.cells[row * COLUMNS : (row + 1) * COLUMNS]
            column = 0
            for (number, shade), alike in groupby(line, lambda answer: (answer.number, answer.shade)):
                count = len(list(alike))
                yield (
                    f'<rect class="s{number % 6}" x="{column * SIZE}" y="{row * SIZE}" width="{count * SIZE}" '
                    f'height="{SIZE}" opacity="{0.1 + 0.6 * shade / _SHADES:.2f}"/>'
                )
                column += count

    def _known(self) -> Iterator[str]:
        for across, up, number in self.known:
            x, y = WIDTH * self.across.share(across), HEIGHT * (1 - self.up.share(up))
            yield f'<circle class="known s{number % 6}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'

    def _names(self) -> Iterator[str]:
        """Write the name of each class where it reigns: in the middle of the row and the column of most places."""
        for number, label in self.labels.items():
            places = [divmod(at, COLUMNS) for at, answer in enumerate(self.cells) if answer.number == number]
            if len(places) < COLUMNS:
                continue
            row = sorted(row for row, _ in places)[len(places) // 2]
            columns = [column for other, column in places if other == row]
            x = min(WIDTH - 60, max(60, SIZE * (sum(columns) / len(columns) + 0.5)))
            yield f'<text x="{x:.0f}" y="{self._beside_the_flower(x, SIZE * (row + 0.5)):.0f}">{escape(label)}</text>'

    def _beside_the_flower(self, x: float, y: float) -> float:
        """Return how high a name at this place stands, out of the way of the flower."""
        across, up = self._spot()
        if abs(x - across) > _WIDE or abs(y - up) > _HIGH:
            return y
        return up + _HIGH if up < HEIGHT / 2 else up - _HIGH

    def _spot(self) -> tuple[float, float]:
        """Where the flower is drawn."""
        return WIDTH * self.across.share(self.across.value), HEIGHT * (1 - self.up.share(self.up.value))

    def _flower(self) -> str:
        x, y = self._spot()
        return (
            f'<g class="flower" transform="translate({x:.1f} {y:.1f})" data-class="{self.answer.number}">'
            if self.answer
            else f'<g class="flower" transform="translate({x:.1f} {y:.1f})">'
        ) + '<circle class="halo" r="12"/><circle r="9"/><path d="M-5 0H5M0-5V5"/></g>'
