"""A production readiness review: the lecture's checklist, asked of a student's own service, as a page to keep.

The page is one file that needs no network. It says as well what the course has left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from labkit import course
from labkit.labs.lab14_capstone.checklist import POINTS, Evidence, Point, Service
from labkit.pictures.live import Tone, drawn
from labkit.pictures.view import Picture
from labkit.text import one_line

STYLE = Path(__file__).with_name("review.css").read_text(encoding="utf-8")
WIDTH = 160
"""How much is said in a line of what came where a point is not met."""
LEFT_OUT = {
    "Orchestrators": "Kubernetes decides on which machines replicas run, and when. It asks /health and /readiness, "
    "and sends the SIGTERM that your service has learned to take.",
    "Registries of models": "MLflow and its kin know who has trained a model, from which data, and who has let it in. "
    "Your store is a folder, and your gate is what a bundle says of itself.",
    "GPUs": "There batches matter most, and memory is the bound. Servers such as Triton and vLLM do your queue's work.",
    "Tracing across services": "OpenTelemetry carries an id from one service to the next, with times. "
    "Your X-Request-ID ends where your service does.",
    "Limits that replicas share": "Each replica has buckets of its own, so a flood gets as many tokens as there are "
    "replicas. Lab 12 has counted in a shared store.",
    "Backups, alarms, and who gets up at night": "You have written what tells of trouble. Nobody is listening yet.",
}
"""What this course has left out, and where it begins."""


@dataclass(frozen=True)
class Review(Picture):
    """What a service has said to each point.

    Attributes:
        found: the points, each with its evidence.
        under_fire: what a mission has come to, line by line; empty if none was flown.
        path: where the page lies.
    """

    found: list[tuple[Point, Evidence]]
    under_fire: str
    path: Path

    def html(self) -> str:
        """Return a line for each point, and where the page lies."""
        rows = "".join(
            f'<tr><td><b class="sign {(tone := _tone(evidence))}">{tone.sign}</b> {point.name}</td>'
            f"<td>{escape(point.today)} <small>{escape(_missed(evidence))}</small></td>"
            f"<td>{escape(_labs(point))}</td></tr>"
            for point, evidence in self.found
        )
        where = f'<div class="muted">the page: {escape(self._where)}</div>'
        return drawn("Production readiness review", self._total, [f"<table>{rows}</table>", where])

    def __str__(self) -> str:
        lines = [f"Production readiness review: {self._total}"]
        for point, evidence in self.found:
            missed = f": {_missed(evidence)}" if not evidence.good else ""
            lines.append(f"  {_tone(evidence).sign} {point.name:<15} {point.today} ({_labs(point)}){missed}")
        return "\n".join([*lines, f"  the page: {self._where}"])

    __repr__ = __str__

    def page(self) -> str:
        """Return the page: what was asked, what the service has said, who taught it, and what is left out."""
        fire = f"<h2>Under fire</h2><pre>{escape(self.under_fire)}</pre>" if self.under_fire else ""
        out = "".join(f"<dt>{name}</dt><dd>{escape(said)}</dd>" for name, said in LEFT_OUT.items())
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Production readiness review</title>'
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
            f"<h1>Production readiness review</h1><p>{escape(self._total)}. The ten points are those of the lecture's "
            f"slide <i>Deployment Considerations</i>. What stands below each is what your own service has said.</p>"
            f"{''.join(self._points())}{fire}<h2>What this course has left out</h2><dl>{out}</dl></body></html>\n"
        )

    def _points(self) -> Iterator[str]:
        titles = [lab.title for lab in course.load().labs]
        for number, (point, evidence) in enumerate(self.found, 1):
            tone = _tone(evidence)
            taught = ", ".join(f"{lab:02d} {titles[lab - 1]}" for lab in point.labs)
            yield (
                f'<section class="{tone}"><h2>{tone.sign} {number}. {point.name}</h2>'
                f"<p>On the slide: {escape(point.slide)}. Today: {escape(point.today)}.</p>"
                f"<pre>{escape(evidence.sent)}\n\n{escape(evidence.got)}</pre>"
                f"<p><small>taught in {escape(taught)}</small></p></section>"
            )

    @property
    def _total(self) -> str:
        return f"{sum(evidence.good for _, evidence in self.found)} of {len(self.found)} points"

    @property
    def _where(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def review(service: Service, path: Path, under_fire: str = "") -> Review:
    """Ask a service for every point of the checklist."""
    return Review([(point, point.asked(service)) for point in POINTS], under_fire, path)


def _tone(evidence: Evidence) -> Tone:
    return Tone.GOOD if evidence.good else Tone.OFF


def _missed(evidence: Evidence) -> str:
    """Say what came where a point is not met."""
    return "" if evidence.good else one_line(f"{evidence.sent}: {evidence.got}", WIDTH)


def _labs(point: Point) -> str:
    return f"lab{'s' if len(point.labs) > 1 else ''} {', '.join(f'{lab:02d}' for lab in point.labs)}"
