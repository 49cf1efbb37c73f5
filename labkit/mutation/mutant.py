"""The broken APIs that a student's tests are tried on: each is the right one with one small change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A broken API.

    Attributes:
        name: what it is called.
        exercise: the exercise whose tests have to reject it.
        wrong: what it does wrong, a sentence without its full stop.
        old: the text of the right API that is changed; it occurs once.
        new: what stands there instead.
    """

    name: str
    exercise: str
    wrong: str
    old: str
    new: str

    def of(self, right: str) -> str:
        """Return the text of the broken API.

        Raises:
            ValueError: what is to be changed does not occur exactly once.
        """
        if right.count(self.old) != 1:
            raise ValueError(f"{self.name}: its old text occurs {right.count(self.old)} times, not once")
        return right.replace(self.old, self.new)

    def __str__(self) -> str:
        return self.name
