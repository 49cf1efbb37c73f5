"""Chooses the best among several attempts of a student, by judging them as they will be graded."""

from __future__ import annotations

from pathlib import Path

from autograder.judging import confinement, record
from autograder.lms.archive import Archive, Refused
from autograder.lms.collect import Attempts
from autograder.lms.sorting import Attempt
from autograder.policy.rules import Policy
from autograder.submissions import candidates, submission
from autograder.submissions.submission import Submission
from autograder.workers.pool import Pool, judge_all


class Best:
    """Chooses the attempt that earns most after what lateness costs; of equal ones the last."""

    def __init__(self, policy: Policy) -> None:
        """Look for a sandbox to judge in.

        Raises:
            Unavailable: this machine has none that keeps the hidden checks from students.
        """
        confinement.require(Pool().tier)
        self._policy = policy

    def __call__(self, archive: Archive, lab: str, attempts: Attempts) -> dict[str, Attempt]:
        """Return the best of each student's attempts."""
        together = [attempt for found in attempts.values() for attempt in found]
        results = judge_all([_submission(archive, lab, attempt) for attempt in together])
        best: dict[str, tuple[float, Attempt]] = {}
        for attempt, result in zip(together, results, strict=True):
            score = self._less_late(lab, attempt, record.of(result).score)
            if attempt.student not in best or best[attempt.student][0] <= score:
                best[attempt.student] = score, attempt
        return {student: attempt for student, (_, attempt) in best.items()}

    def _less_late(self, lab: str, attempt: Attempt, score: float) -> float:
        due = self._policy.deadline(lab, attempt.student)
        if not (self._policy.late and due and attempt.handed_in):
            return score
        return score - self._policy.late.penalty(score, (attempt.handed_in - due).total_seconds())


def _submission(archive: Archive, lab: str, attempt: Attempt) -> Submission:
    """Read the notebook of an attempt: the one of the lab's name, or else the first."""
    names = sorted(filter(candidates.is_notebook, attempt.files), key=lambda name: name != f"{lab}.ipynb")
    for name in names:
        try:
            data = archive.read(attempt.files[name])
        except Refused:
            continue
        return submission.read(Path(f"{lab}.ipynb"), lab, attempt.student, data)
    known = submission.course().lab(lab)
    return Submission(Path(f"{lab}.ipynb"), known, attempt.student, incidents=("There is no notebook.",))
