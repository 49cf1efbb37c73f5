"""A line or bar chart that grows while it is watched.

    chart = Chart("Answers per second", x="second", y="requests")
    with chart.live():
        for second in range(10):
            chart.add("lab01", second, measure())

    Chart("Latency", kind="bar", y="ms").add("p50", "1 worker", 12.0)

Each series has a colour, a line pattern and its name beside its end, so that it can be told apart without colour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import Literal, Self

from labkit.pictures.live import LivePicture, drawn
from labkit.pictures.scale import decades, number, sparkline, ticks, within

WIDTH, HEIGHT = 900, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 120, 26, 34
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

Place = float | str


@dataclass(repr=False)
class Chart(LivePicture):
    """Series of values over places on an axis.

    Attributes:
        title: what stands above.
        x: what the places are; for lines they are numbers, for bars numbers or names.
        y: what the values are.
        kind: a line, or bars beside each other.
        log: whether the values are on a scale of powers of ten; what is not above 0 is left out then.
        series: the values of each series by its name, as (place, value).
        note: what stands at the right of the title, and in the text below the values.
        begin: where the axis of a line's places begins, if not at the first of them.
    """

    title: str = "Chart"
    x: str = ""
    y: str = ""
    kind: Literal["line", "bar"] = "line"
    log: bool = False
    series: dict[str, list[tuple[Place, float]]] = field(default_factory=dict)
    note: str = ""
    begin: float | None = None

    def add(self, series: str, place: Place, value: float) -> Self:
        """Add one value; returns the chart."""
        self.series.setdefault(series, []).append((place, value))
        return self

    def html(self) -> str:
        """Return the chart, as SVG."""
        return drawn(self.title, self.note, [self.svg()])

    def svg(self) -> str:
        """Return the drawing alone."""
        series = {name: [(at, v) for at, v in list(points) if self._shown(v)] for name, points in self.series.items()}
        axis = _Axis([value for points in series.values() for _, value in points], self.log)
        parts = [axis.svg(), f'<text class="axis-name" x="0" y="14">{escape(self.y)}</text>']
        parts += _bars(series, axis) if self.kind == "bar" else _lines(series, axis, self.begin)
        beside = LEFT + _PLOT_WIDTH + 24
        parts.append(f'<text class="axis-name" x="{beside}" y="{HEIGHT - BOTTOM + 20}">{escape(self.x)}</text>')
        return (
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(str(self))}">'
            f"{''.join(parts)}</svg>"
        )

    def __str__(self) -> str:
        lines = [f"{self.title}{f' ({self.y})' if self.y else ''}"]
        longest = max(map(len, self.series), default=0)
        for name, points in self.series.items():
            values = [value for _, value in points]
            if self.kind == "bar":
                said = ", ".join(f"{_place(at)} {number(value)}" for at, value in points)
            else:
                said = f"{sparkline(values)} last {number(values[-1])}, highest {number(max(values))}"
            lines.append(f"  {name:<{longest}}  {said}")
        return "\n".join([*lines, *([f"  {self.note}"] if self.note else [])])

    def _shown(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self.log)


class _Axis:
    """The values' axis: from 0 or a power of ten at the bottom, to a round number above all values."""

    def __init__(self, values: list[float], log: bool) -> None:
        self.log = log
        if log:
            self.marks = decades(min(values, default=1), max(values, default=10))
        else:
            self.marks = ticks(max(values, default=0), 4)

    def y(self, value: float) -> float:
        """How far down a value is drawn."""
        low, high = self.marks[0], self.marks[-1]
        if self.log:
            value, low, high = (math.log10(one) for one in (value, low, high))
        return TOP + _PLOT_HEIGHT * (1 - (value - low) / (high - low))

    def svg(self) -> str:
        """Return the lines across the chart, with their numbers."""
        right = LEFT + _PLOT_WIDTH
        return "".join(
            f'<line class="grid-line" x1="{LEFT}" x2="{right}" y1="{self.y(mark):.1f}" y2="{self.y(mark):.1f}"/>'
            f'<text class="end" x="{LEFT - 8}" y="{self.y(mark) + 5:.1f}">{number(mark)}</text>'
            for mark in self.marks
        )


def _lines(series: dict[str, list[tuple[Place, float]]], axis: _Axis, begin: float | None) -> list[str]:
    """Draw each series as a line, with its name and its last value beside its end."""
    places = [float(at) for points in series.values() for at, _ in points]
    first, last = min(places, default=0.0) if begin is None else begin, max(places, default=1.0)
    width = last - first or 1.0
    parts = []
    for at in within(first, last):
        x = LEFT + _PLOT_WIDTH * (at - first) / width
        parts.append(f'<text class="middle" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}">{number(at)}</text>')
    ends = []
    for index, (name, points) in enumerate(series.items()):
        dots = [(LEFT + _PLOT_WIDTH * (float(at) - first) / width, axis.y(value)) for at, value in points]
        if dots:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
            x, y = dots[-1]
            parts.append(f'<polyline class="series s{index % 6}" points="{path}"/>')
            parts.append(f'<circle class="dot s{index % 6}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
            ends.append((y, index % 6, f"{name} {number(points[-1][1])}"))
    return parts + _names(ends)


def _names(ends: list[tuple[float, int, str]]) -> list[str]:
    """Write names beside the ends of lines, apart from each other."""
    parts, free = [], 0.0
    lowest = HEIGHT - BOTTOM - 21.0 * (len(ends) - 1)
    for number_, (y, index, text) in enumerate(sorted(ends)):
        y = min(max(y, free), lowest + 21 * number_)
        parts.append(f'<text class="name s{index}" x="{LEFT + _PLOT_WIDTH + 12}" y="{y + 5:.1f}">{escape(text)}</text>')
        free = y + 21
    return parts


def _bars(series: dict[str, list[tuple[Place, float]]], axis: _Axis) -> list[str]:
    """Draw bars, those of one place beside each other, each with its value above it."""
    places = list(dict.fromkeys(at for points in series.values() for at, _ in points))
    room = _PLOT_WIDTH / max(len(places), 1)
    width = min(0.8 * room / max(len(series), 1), 90)
    parts = []
    for index, (name, points) in enumerate(series.items()):
        for at, value in points:
            middle = LEFT + room * (places.index(at) + 0.5) + width * (index - (len(series) - 1) / 2)
            top, bottom = axis.y(value), axis.y(axis.marks[0])
            parts.append(
                f'<rect class="bar-of s{index % 6}" x="{middle - width / 2 + 1:.1f}" y="{min(top, bottom):.1f}" '
                f'width="{width - 2:.1f}" height="{abs(bottom - top):.1f}" rx="2"/>'
            )
            if width > 24:
                parts.append(f'<text class="middle" x="{middle:.1f}" y="{top - 5:.1f}">{number(value)}</text>')
        y = TOP + 10 + 20 * index
        parts.append(
            f'<rect class="bar-of s{index % 6}" x="{LEFT + _PLOT_WIDTH + 12}" y="{y - 9}" width="11" height="11"/>'
        )
        parts.append(f'<text class="name s{index % 6}" x="{LEFT + _PLOT_WIDTH + 28}" y="{y + 2}">{escape(name)}</text>')
    for number_, at in enumerate(places):
        x = LEFT + room * (number_ + 0.5)
        parts.append(f'<text class="middle" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}">{escape(_place(at))}</text>')
    return parts


def _place(at: Place) -> str:
    return at if isinstance(at, str) else number(at)
