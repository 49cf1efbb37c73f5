"""One submission on its way through a run."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading import store
from autograder.grading.store import Store, judged_by
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
        submission: a hash of what was handed in.
    """

    handed_in: HandedIn
    key: str
    timestamp: str
    result: Record | None = None
    recorded: bool = False
    feedback: str = ""
    before: Record | None = None
    submission: str = ""

    def keep(self, memory: Store) -> None:
        """Note what was written of it, and what that rests on."""
        memory.wrote(self.handed_in.lab, self.handed_in.student, self.key if self.recorded else "", self.feedback)
        if self.recorded:
            memory.rest(self.handed_in.lab, self.handed_in.student, self.submission, judged_by(self.handed_in.lab))


def entries(found: list[HandedIn], tier: str, memory: Store, force: bool) -> list[Entry]:
    """Hold what was handed in against what is known."""
    contents = ((one, one.load()) for one in found)
    entries = [
        Entry(one, store.key(content, tier), content.timestamp, submission=store.digest(content))
        for one, content in contents
    ]
    if force:
        return entries
    written = memory.written()
    known = memory.results([*(entry.key for entry in entries), *(recorded for recorded, _ in written.values())])
    for entry in entries:
        recorded, entry.feedback = written.get((entry.handed_in.lab, entry.handed_in.student), ("", ""))
        entry.result = known.get(entry.key)
        entry.recorded = recorded == entry.key and entry.result is not None
        entry.before = None if recorded == entry.key else known.get(recorded)
    return entries
