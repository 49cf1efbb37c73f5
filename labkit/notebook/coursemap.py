"""The map of the course: which labs there are, how far each has come, and the way into each; `labkit.map()`."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from labkit import course, paths
from labkit.course import Lab
from labkit.notebook.progress import Progress
from labkit.pictures.live import Tone, drawn
from labkit.pictures.scale import percent
from labkit.pictures.view import Picture


@dataclass(frozen=True)
class Stop:
    """One lab on the map.

    Attributes:
        number: its place in the course.
        lab: the lab.
        points: what its last verdicts are worth together.
        tried: how many of its exercises have a verdict.
    """

    number: int
    lab: Lab
    points: float
    tried: int

    @property
    def tone(self) -> Tone:
        """Done, begun, or not begun."""
        if self.points == self.lab.points:
            return Tone.GOOD
        return Tone.WAIT if self.tried else Tone.OFF

    @property
    def state(self) -> str:
        """The same in words."""
        return {Tone.GOOD: "done", Tone.WAIT: "begun"}.get(self.tone, "not begun")

    @property
    def notebook(self) -> str:
        """The address of its notebook, from the notebook that shows the map."""
        return quote(f"{self.lab.id}.ipynb")


@dataclass(frozen=True, repr=False)
class CourseMap(Picture):
    """All labs in their order, each with its progress."""

    title: str
    stops: list[Stop]

    @property
    def points(self) -> float:
        """What all last verdicts are worth together."""
        return sum(stop.points for stop in self.stops)

    def html(self) -> str:
        """Return a card for each lab, which leads to its notebook."""
        cards = "".join(map(_card, self.stops))
        return drawn(self.title, self._total(), [f'<div class="cards wide">{cards}</div>'])

    def __str__(self) -> str:
        lines = [f"{self.title}: {self._total()}"]
        for stop in self.stops:
            said = f"{stop.points:g} of {stop.lab.points:g} points"
            lines.append(f"  {stop.tone.sign} {stop.number:02d} {stop.lab.title:<34} {said:<18} {stop.lab.id}.ipynb")
        return "\n".join(lines)

    __repr__ = __str__

    def _total(self) -> str:
        return f"{self.points:g} of {sum(stop.lab.points for stop in self.stops):g} points"


def draw() -> CourseMap:
    """Return the map of the course with what is kept of the progress in this workbook."""
    known, folders = course.load(), paths.find()
    stops = []
    for number, lab in enumerate(known.labs, 1):
        progress = Progress(folders.labs / ".progress" / f"{lab.id}.json")
        verdicts = [progress.verdict(exercise.id) for exercise in lab.exercises]
        points = [float(kept["points"]) for kept in verdicts if kept]
        stops.append(Stop(number, lab, sum(points), len(points)))
    return CourseMap(known.title, stops)


def _card(stop: Stop) -> str:
    minutes = f"{len(stop.lab.exercises)} exercises, about {stop.lab.minutes} minutes"
    share = percent(stop.points, stop.lab.points)
    return (
        f'<div class="card {stop.tone}" data-lab="{stop.lab.id}" data-tone="{stop.tone}">'
        f'<div class="head"><a href="{stop.notebook}"><b>{stop.number:02d} {escape(stop.lab.title)}</b></a>'
        f'<span class="end">{stop.points:g} of {stop.lab.points:g}</span></div>'
        f'<div class="progress {stop.tone}"><i style="width: {share:.0f}%"></i></div>'
        f"<small>{stop.tone.sign} {stop.state}. {minutes}.</small></div>"
    )
