"""What a mark rests on, and why it is another one than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.gradebook.marks import Standing
from labkit.course import Lab


@dataclass(frozen=True)
class Basis:
    """What a mark rests on.

    Attributes:
        automatic: the judge's points, by exercise.
        manual: the points that a human gave instead.
        extra: the points that a human gave in addition.
        penalty: the points lost by being late.
        worth: the points that each exercise is worth.
        submission: a hash of what was handed in; empty where it is not known.
        judge: a hash of the checks and of what runs them; empty where it is not known.
    """

    automatic: Mapping[str, float]
    manual: Mapping[str, float]
    extra: Mapping[str, float]
    penalty: float
    worth: Mapping[str, float] = field(default_factory=dict)
    submission: str = ""
    judge: str = ""

    @classmethod
    def of(cls, standing: Standing, worth: Mapping[str, float], submission: str = "", judge: str = "") -> Basis:
        """Return what a mark in the gradebook rests on."""
        automatic = {name: round(points or 0.0, 4) for name, points in standing.automatic.items()}
        penalty = round(standing.penalty, 4)
        return cls(automatic, dict(standing.manual), dict(standing.extra), penalty, dict(worth), submission, judge)

    @property
    def mark(self) -> float:
        """The points that count; by the same rule as everywhere."""
        return Standing(dict(self.automatic), dict(self.manual), dict(self.extra), {}, self.penalty).score

    @property
    def total(self) -> float:
        """What could be earned."""
        return round(sum(self.worth.values()), 2)

    def points(self, exercise: str) -> float:
        """The points that count for an exercise."""
        return self.manual.get(exercise, self.automatic.get(exercise, 0.0)) + self.extra.get(exercise, 0.0)


def reasons(before: Basis | None, now: Basis, lab: Lab) -> list[str]:
    """Return why a mark is another one than before, one line each; nothing where it is the same in all parts."""
    if before is None:
        return ["first mark"]
    titles = {exercise.id: exercise.title for exercise in lab.exercises}
    said = [*_exercises(before, now, titles)]
    if before.penalty != now.penalty:
        said.append(f"lost by being late: {before.penalty:g} → {now.penalty:g}")
    if not said and before.total and before.total != now.total:
        said.append(f"out of {now.total:g} points instead of {before.total:g}")
    return said


def kept(before: Basis | None, now: Basis, lab: Lab) -> list[str]:
    """Return where the checks say something else than before, and the mark of a human stays."""
    if before is None:
        return []
    return [
        f"{exercise.title}: stays {now.points(exercise.id):g} as marked by hand; the checks alone say "
        f"{before.automatic.get(exercise.id, 0.0):g} → {now.automatic.get(exercise.id, 0.0):g}"
        for exercise in lab.exercises
        if exercise.id in now.manual and before.automatic.get(exercise.id, 0.0) != now.automatic.get(exercise.id, 0.0)
    ]


def _exercises(before: Basis, now: Basis, titles: Mapping[str, str]) -> Iterator[str]:
    for exercise in dict.fromkeys([*now.automatic, *before.automatic]):
        old, new = before.points(exercise), now.points(exercise)
        if old != new:
            yield f"{titles.get(exercise, exercise)}: {old:g} → {new:g}, {_why(before, now, exercise)}"


def _why(before: Basis, now: Basis, exercise: str) -> str:
    """Return why the points of an exercise are others."""
    if before.manual.get(exercise) != now.manual.get(exercise) or before.extra.get(exercise) != now.extra.get(exercise):
        return "marked by hand"
    if before.submission and now.submission and before.submission != now.submission:
        return "handed in anew"
    worth = before.worth.get(exercise), now.worth.get(exercise)
    if worth[0] and worth[1] and worth[0] != worth[1]:
        return f"it is worth {worth[1]:g} instead of {worth[0]:g}"
    if before.judge and now.judge and before.judge != now.judge:
        return "the checks have changed"
    return "judged again"
