"""What the gradebook says about one submission: the judge's points, and what a human has put in their place."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

from autograder.judging.record import Record


@dataclass
class Standing:
    """What the gradebook says about one submission.

    Attributes:
        automatic: the judge's points, by exercise.
        manual: the points that a human gave instead, by exercise.
        extra: the points that a human gave in addition, by exercise.
        comments: what a human wrote, by section.
        penalty: the points lost for being late.
        late: by how many seconds it was handed in too late.
    """

    automatic: dict[str, float | None] = field(default_factory=dict)
    manual: dict[str, float] = field(default_factory=dict)
    extra: dict[str, float] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0
    late: float = 0.0

    @classmethod
    def of(cls, result: Record) -> Standing:
        """Return what a result comes to where there is no gradebook."""
        return cls({verdict.exercise: verdict.points for verdict in result.verdicts})

    @classmethod
    def load(cls, text: str) -> Standing:
        """Read one that was kept as JSON."""
        return cls(**json.loads(text))

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps(dataclasses.asdict(self))

    @property
    def score(self) -> float:
        """The points that count."""
        points = sum(self.manual.get(name, automatic or 0.0) for name, automatic in self.automatic.items())
        return round(max(0.0, points + sum(self.extra.values()) - self.penalty), 2)

    def points(self, exercise: str) -> float:
        """The points that count for an exercise."""
        return self.manual.get(exercise, self.automatic.get(exercise) or 0.0) + self.extra.get(exercise, 0.0)

    def fits(self, result: Record) -> bool:
        """Whether the judge's points are those of a result, and nothing about being late is left to do."""
        points = {verdict.exercise: verdict.points for verdict in result.verdicts}
        return self.automatic == points and not self.late and not self.penalty


Graded = tuple[Record, Standing]
"""A result, and what counts of it."""
