"""What holds for a class: class.toml, and the roster that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.lms import roster as rosters
from autograder.lms.roster import Roster
from autograder.policy import rules
from autograder.policy.rules import FILE, Policy


@dataclass(frozen=True)
class Agreement:
    """What holds for a class.

    Attributes:
        policy: what class.toml says.
        roster: the list of the class, where it names one.
        files: the files that say so, there or not.
    """

    policy: Policy
    roster: Roster | None
    files: tuple[Path, ...]

    def remarks(self, known: Collection[str]) -> Iterator[str]:
        """Yield what is to be said about it, one line each.

        Args:
            known: the students who have handed in.
        """
        people = {person.id for person in self.roster.people} if self.roster else set()
        granted = {extension.student for extension in self.policy.extensions}
        for student in sorted(granted - {*known} - people):
            yield f"{FILE} grants something to {student}, who is not in the roster and has handed in nothing."


def load(course: Path, roster: Path | None = None) -> Agreement:
    """Read what holds for a class; `roster` goes before the one that class.toml names.

    Raises:
        CourseError: class.toml says what it cannot mean.
        RosterError: the roster cannot be used.
    """
    policy = rules.load(course)
    path = roster or (course / policy.roster if policy.roster else None)
    return Agreement(policy, rosters.read(path) if path else None, (course / FILE, *([path] if path else [])))
