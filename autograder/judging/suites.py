"""Judges a lab whose module is a suite of tests: nothing is served, the tests are tried on right and broken APIs."""

from __future__ import annotations

import time

from autograder.submissions.submission import Submission
from labkit.checks.plugin import Plugin
from labkit.checks.servers import nobody
from labkit.course import Exercise, Lab
from labkit.module.source import Module
from labkit.mutation.client import Chamber
from labkit.mutation.suite import Suite, target
from labkit.verdict import Verdict


class Trying:
    """The trials of one submission."""

    def __init__(self, submission: Submission, lab: Lab, lock: str, run: Plugin, seconds: float) -> None:
        """Start nothing yet.

        Args:
            submission: what was handed in.
            lab: the lab.
            lock: how to lock its processes up.
            run: runs the checks.
            seconds: how long all of it may take.
        """
        self.incidents: list[str] = []
        self._submission, self._run = submission, run
        module = Module(lab.id, submission.text or "", lab.given, submission.sections or ())
        self._chamber = Chamber(lab.id, module.text, lock)
        self._suite = Suite(module, target(run), self._chamber, time.monotonic() + seconds)

    def close(self) -> None:
        """End every process."""
        self._chamber.close()

    def verdict(self, exercise: Exercise) -> Verdict:
        """Judge one exercise."""
        results = self._run(exercise.id, nobody(), {}, trials=self._suite)
        attempted = exercise.id in self._submission.attempted
        problem = self._suite.left_out.get(exercise.id, "")
        if self._submission.text is None:
            problem = "Nothing in the submission could be used."
        return Verdict(exercise.id, exercise.title, exercise.points, results, attempted, problem, exercise.hidden)
