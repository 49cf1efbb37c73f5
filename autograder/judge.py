"""The judge: serves a submission in a sandbox, runs the checks against it from outside, and says what it came to."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import httpx

from autograder import sandbox
from autograder.sandbox import Served
from autograder.submission import Submission
from autograder.tiers import Tier, probe
from autograder.warm import Broken
from labkit import checking, runner
from labkit.checking import SECONDS, Api, Overdue, Reply
from labkit.course import Exercise, Lab
from labkit.runner import Checks, Run
from labkit.verdict import Outcome, Verdict
from labkit.workbook import HOME

EXERCISE = 20.0
"""How long the checks of one exercise may take together, in seconds."""
SUBMISSION = 150.0
"""How long a submission may take, in seconds."""

_ADDRESS = "http://127.0.0.1"


@dataclass(frozen=True)
class Result:
    """What a submission came to.

    Attributes:
        submission: what was judged.
        sandbox: the tier it ran in.
        verdicts: one for each exercise, in the lab's order; none if the lab is not known, or nothing could be judged.
        incidents: what was unusual, one line each.
    """

    submission: Submission
    sandbox: str
    verdicts: tuple[Verdict, ...] = ()
    incidents: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """The points of all exercises together."""
        return round(sum(verdict.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        """The points there are."""
        return round(sum(verdict.max_points for verdict in self.verdicts), 2)


def judge(submission: Submission, tier: Tier | None = None) -> Result:
    """Judge a submission. Whatever it does, this returns, and nothing of it is left."""
    tier = tier or probe()
    if submission.lab is None:
        return Result(submission, tier.title, (), submission.incidents)
    lab = submission.lab

    def all_exercises(run: Run) -> tuple[tuple[Verdict, ...], list[str]]:
        with contextlib.closing(_Session(submission, lab, tier, run)) as session:
            return tuple(session.verdict(exercise) for exercise in lab.exercises), session.incidents

    try:
        verdicts, incidents = runner.with_checks(checks(lab.id), all_exercises)
    except Broken as problem:
        return Result(submission, tier.title, (), (*submission.incidents, f"It could not be judged. {problem}"))
    return Result(submission, tier.title, verdicts, (*submission.incidents, *incidents))


def checks(lab: str) -> Checks:
    """Return where the checks of a lab stand."""
    return Checks(HOME / "autograder" / "checks" / f"{lab}.py", HOME / "autograder" / "hidden" / f"{lab}.py")


class _Session:
    """The servers of one submission: one is enough unless an exercise breaks it."""

    def __init__(self, submission: Submission, lab: Lab, tier: Tier, run: Run) -> None:
        self.incidents: list[str] = []
        self._submission, self._lab, self._tier, self._run = submission, lab, tier, run
        self._until = time.monotonic() + SUBMISSION
        self._stack = contextlib.ExitStack()
        self._served: Served | None = None
        self._used_by: list[str] = []
        self._problem = "" if submission.text is not None else "Nothing in the submission could be used."

    def close(self) -> None:
        """End the server, if there is one."""
        self._stack.close()
        self._served, self._used_by = None, []

    def verdict(self, exercise: Exercise) -> Verdict:
        """Judge one exercise; once more on a fresh server where an earlier exercise may have spoilt this one."""
        spoilt_by = list(self._used_by)
        verdict = self._judge(exercise)
        if spoilt_by and verdict.attempted and not verdict.problem and verdict.outcome is not Outcome.CORRECT:
            self.close()
            verdict = self._judge(exercise)
        if self._served and self._used_by and self._broken(verdict):
            self.incidents.append(f"The server was started anew after {exercise.id}: {self._why()}.")
            self.close()
        return verdict

    def _judge(self, exercise: Exercise) -> Verdict:
        served = self._serve()
        if served:
            self._used_by.append(exercise.id)
        until = min(self._until, time.monotonic() + EXERCISE)
        with _client(served) as client:
            api = _Patient(client, until, served)
            given = served.given if served else {}
            results = self._run(exercise.id, api, given)
        sections = self._submission.sections
        problem = (served.left_out if served else {}).get(exercise.id, "")
        if not served and (sections is None or exercise.id in sections or self._submission.text is None):
            problem = self._problem
        if problem:
            results = [replace(check, message=problem) if check.message else check for check in results]
        attempted = exercise.id in self._submission.attempted
        return Verdict(exercise.id, exercise.title, exercise.points, results, attempted, problem, exercise.hidden)

    def _serve(self) -> Served | None:
        """Return the server, started if it has to be; None if there is nothing to serve."""
        if not self._problem and time.monotonic() > self._until:
            self._problem = f"The {SUBMISSION:g} s for one submission were used up by the exercises before."
        if self._served is None and not self._problem:
            submission = self._submission
            serving = sandbox.serve(
                self._lab.id, submission.text or "", self._lab.given, submission.sections or (), self._tier
            )
            self._served = self._stack.enter_context(serving)
            self._problem = self._served.problem
        if self._problem:
            self.close()
        return self._served

    def _broken(self, verdict: Verdict) -> bool:
        assert self._served is not None
        return not self._served.alive or any(check.outcome is Outcome.TIMEOUT for check in verdict.checks)

    def _why(self) -> str:
        assert self._served is not None
        return "it did not answer in time" if self._served.alive else self._served.ended


class _Patient(Api):
    """A client whose patience is limited for all the checks of an exercise together."""

    def __init__(self, client: httpx.Client, until: float, served: Served | None) -> None:
        super().__init__(client, served.raised if served else lambda method, path, since: None)
        self._until = until

    def request(self, method: str, path: str, *, seconds: float = SECONDS, **options: Any) -> Reply:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Overdue(f"{method} {path}", "an answer", "no time is left: the checks before used it up")
        return super().request(method, path, seconds=min(seconds, left), **options)


def _client(served: Served | None) -> httpx.Client:
    return checking.client(_ADDRESS, served.transport() if served else httpx.MockTransport(_nobody))


def _nobody(request: httpx.Request) -> NoReturn:
    raise httpx.ConnectError("nothing is served", request=request)
