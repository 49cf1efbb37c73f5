"""What lateness costs, for nbgrader: what class.toml says, or else nbgrader's own methods."""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin

from autograder.policy import rules


class LatePolicy(LateSubmissionPlugin):
    """Takes off what class.toml says in [late]; without that, what `LateSubmissionPlugin.penalty_method` says."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points that are lost, None for nothing."""
        root = self.config.CourseDirectory.root if "root" in self.config.CourseDirectory else "."
        late = rules.load(Path(root)).late
        if late is None:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        return late.penalty(score, total_seconds_late) or None
