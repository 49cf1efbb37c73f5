"""The judge: serves a submission in a sandbox, runs the checks against it from outside, and says what it came to."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.judging import held, pace
from autograder.judging.patience import EXERCISE, EXERCISES, SLOW_LAB, SUBMISSION, TRIALS
from autograder.judging.suites import Trying
from autograder.judging.tiers import Tier, probe
from autograder.submissions import submission as submissions
from autograder.submissions.submission import Submission
from labkit.checks.instance import Instance
from labkit.checks.plugin import Plugin
from labkit.checks.runner import Reading
from labkit.checks.servers import Servers, nobody
from labkit.course import Exercise, Lab
from labkit.module.source import Module
from labkit.paths import HOME, Checks
from labkit.sandbox.client import SandboxError
from labkit.sandbox.patience import patience, stretched
from labkit.sandbox.setup import Setup
from labkit.verdict import Outcome, Scored, Verdict

_TIME = ("did not start within", "took longer than", "in time")
"""What is said where a limit of time has ended something."""
_LOST = ("no connection", "RemoteProtocolError", "ReadError")
"""What a check says where the process has ended, a moment before that is known."""


@dataclass(frozen=True)
class Result(Scored):
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


def judge(submission: Submission, tier: Tier | None = None) -> Result:
    """Judge a submission. Whatever it does, this returns, and nothing of it is left."""
    tier = tier or probe()
    if submission.lab is None:
        return Result(submission, tier.title, (), submission.incidents)
    lab = submission.lab

    try:
        verdicts, incidents = _settled(submission, lab, tier)
        if any(map(_late, verdicts)) and (times := pace.slowness(tier.lock or tier.name)) > 1:
            with stretched(times):
                verdicts, incidents = _settled(submission, lab, tier)
            incidents.append(pace.said(times))
    except SandboxError as problem:
        return Result(submission, tier.title, (), (*submission.incidents, f"It could not be judged. {problem}"))
    return Result(submission, tier.title, verdicts, (*submission.incidents, *incidents))


def _settled(submission: Submission, lab: Lab, tier: Tier) -> tuple[tuple[Verdict, ...], list[str]]:
    """Return what each exercise came to, once checks that failed by themselves were held against the solution."""
    verdicts, incidents = _verdicts(submission, lab, tier)
    if any(check.outcome is Outcome.HELD for verdict in verdicts for check in verdict.checks):
        solution = submissions.solution(lab)
        verdicts, more = held.settled(verdicts, _verdicts(solution, lab, tier)[0] if solution else ())
        incidents += more
    return verdicts, incidents


def _late(verdict: Verdict) -> bool:
    """Whether an exercise lost something to a limit of time."""
    said = [verdict.problem, *(check.message for check in verdict.checks)]
    timed_out = any(check.outcome is Outcome.TIMEOUT for check in verdict.checks)
    return timed_out or any(sign in text for sign in _TIME for text in said)


def _verdicts(submission: Submission, lab: Lab, tier: Tier) -> tuple[tuple[Verdict, ...], list[str]]:
    """Run all checks of a lab; return what each exercise came to, and what was unusual."""
    with _reader.of(lab.id) as run, contextlib.closing(_session(submission, lab, tier, run)) as session:
        return tuple(session.verdict(exercise) for exercise in lab.exercises), session.incidents


def checks(lab: str) -> Checks:
    """Return where the checks of a lab stand."""
    return Checks(HOME / "autograder" / "checks" / f"{lab}.py", HOME / "autograder" / "hidden" / f"{lab}.py")


class _Reader(threading.local):
    """Keeps the checks of the lab that was judged last, in each thread: the next submission will be of the same lab."""

    def __init__(self) -> None:
        self._files: list[tuple[Path, int, int]] = []
        self._reading: Reading | None = None
        atexit.register(self.forget)

    @contextlib.contextmanager
    def of(self, lab: str) -> Iterator[Plugin]:
        """Give what runs the checks of a lab, as they stand in their files now."""
        wanted = checks(lab)
        files = [(path, stat.st_mtime_ns, stat.st_size) for path in wanted.files for stat in [path.stat()]]
        if self._reading is None or files != self._files:
            self.forget()
            self._files, self._reading = files, Reading(wanted)
        try:
            yield self._reading.run
        except BaseException:  # pytest may have been left in the middle of a check
            self.forget()
            raise

    def forget(self) -> None:
        """Let go of them."""
        reading, self._reading = self._reading, None
        if reading:
            reading.close()


_reader = _Reader()


def _session(submission: Submission, lab: Lab, tier: Tier, run: Plugin) -> _Session | Trying:
    if lab.tests:
        return Trying(submission, lab, tier.lock or tier.name, run, TRIALS)
    return _Session(submission, lab, tier, run)


class _Session:
    """The servers of one submission: one process for each way to start it is enough unless an exercise breaks it.

    Those end that an exercise has not asked: each costs processor time as long as it serves.
    """

    def __init__(self, submission: Submission, lab: Lab, tier: Tier, run: Plugin) -> None:
        self.incidents: list[str] = []
        self._submission, self._run = submission, run
        self._allowed = max(SUBMISSION, min(SLOW_LAB, EXERCISES * (run.longest or 0)))
        self._until = self._exercise_until = time.monotonic() + patience(self._allowed)
        module = Module(lab.id, submission.text or "", lab.given, submission.sections or (), submission.beside)
        self._servers = Servers(module, tier.lock or tier.name, lambda: self._exercise_until)
        self._used_by: list[str] = []
        self._problem = "" if submission.text is not None else "Nothing in the submission could be used."

    def close(self) -> None:
        """End every server."""
        self._servers.close()
        self._used_by = []

    def verdict(self, exercise: Exercise) -> Verdict:
        """Judge one exercise; once more on fresh servers where an earlier exercise may have spoilt this one.

        Nothing spoils a live run, and what it has seen is not forgiven.
        """
        spoilt_by = [] if exercise.live else list(self._used_by)
        verdict = self._judge(exercise)
        if spoilt_by and verdict.attempted and not verdict.problem and verdict.outcome is not Outcome.CORRECT:
            self.close()
            verdict = self._judge(exercise)
        if self._used_by and (why := self._broken(verdict)):
            self.incidents.append(f"The server was started anew after {exercise.id}: {why}.")
            self.close()
        self._servers.let_go()
        return verdict

    def _judge(self, exercise: Exercise) -> Verdict:
        server = self._server()
        if server:
            self._used_by.append(exercise.id)
        self._exercise_until = min(self._until, time.monotonic() + patience(self._run.longest or EXERCISE))
        api, given = (server.api, server.given) if server else (nobody(), {})
        start = self._servers if server or exercise.file else _no_server
        results = self._run(exercise.id, api, given, start, self._submission.beside)
        sections = self._submission.sections
        problem = (server.left_out if server else {}).get(exercise.id, "")
        if (
            not server
            and not exercise.file
            and (sections is None or exercise.id in sections or self._submission.text is None)
        ):
            problem = self._problem
        if problem:
            results = [replace(check, message=problem) if check.message else check for check in results]
        attempted = exercise.id in self._submission.attempted
        return Verdict(exercise.id, exercise.title, exercise.points, results, attempted, problem, exercise.hidden)

    def _server(self) -> Instance | None:
        """Return the lab's server, started if it has to be; None if there is nothing to serve."""
        if not self._problem and time.monotonic() > self._until:
            self._problem = (
                f"The {patience(self._allowed):g} s for one submission were used up by the exercises before."
            )
        if not self._problem:
            server = self._servers.of_the_lab(self._run.setup or Setup())
            self._problem = server.problem
            if not server.problem:
                return server
        self.close()
        return None

    def _broken(self, verdict: Verdict) -> str:
        late = any(check.outcome is Outcome.TIMEOUT for check in verdict.checks)
        lost = any(sign in check.message for check in verdict.checks for sign in _LOST)
        return self._servers.ended(1.0 if lost else 0.0) or ("it did not answer in time" if late else "")


def _no_server(setup: Setup, *, fresh: bool = False) -> Instance:
    return Instance(None, nobody(), "the server is not running")
