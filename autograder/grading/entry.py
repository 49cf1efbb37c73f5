"""One submission on its way through a run."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading.store import Store
from autograder.judging.record import Record
from autograder.submissions.collect import HandedIn


@dataclass
class Entry:
    """One submission on its way through a run.

    Attributes:
        handed_in: where it is.
        key: what its result depends on.
        timestamp: when it was handed in, where that was noted.
        result: what it came to, as soon as that is known.
        recorded: whether gradebook and autograded/ have it.
        feedback: the state of its feedback page.
        before: what is on record so far, where that is something else.
    """

    handed_in: HandedIn
    key: str
    timestamp: str
    result: Record | None = None
    recorded: bool = False
    feedback: str = ""
    before: Record | None = None

    def keep(self, memory: Store) -> None:
        """Note what was written of it."""
        memory.wrote(self.handed_in.lab, self.handed_in.student, self.key if self.recorded else "", self.feedback)
