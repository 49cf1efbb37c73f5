"""What a check, and an exercise, came to: the outcomes, the points, and how they are shown as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from labkit import contrast


class Outcome(StrEnum):
    """How a check or an exercise ended.

    A check that raises something that no check should raise is HELD: it may be what the student's server sent, so it
    earns nothing until a human has looked. Where it raises on the reference solution as well it is a CHECKER_ERROR:
    that is our fault, and it is left out of the count.
    """

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    HELD = "held"
    CHECKER_ERROR = "checker_error"

    @property
    def words(self) -> str:
        """The outcome as it is said to a student."""
        return _WORDS[self]

    @property
    def symbol(self) -> str:
        """One sign for it, so that colour is never the only difference."""
        return _SYMBOLS[self]


_WORDS = {
    Outcome.CORRECT: "correct",
    Outcome.INCORRECT: "incorrect",
    Outcome.NOT_ATTEMPTED: "not attempted",
    Outcome.ERROR: "your code raised",
    Outcome.TIMEOUT: "timed out",
    Outcome.HELD: "to be marked by hand",
    Outcome.CHECKER_ERROR: "the checker failed",
}
_SYMBOLS = {
    Outcome.CORRECT: "✓",
    Outcome.INCORRECT: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.ERROR: "!",
    Outcome.TIMEOUT: "⧖",
    Outcome.HELD: "…",
    Outcome.CHECKER_ERROR: "?",
}


AS_ABOVE = "got       what “{title}” got"
"""What is shown in place of a message that a check before has given."""
SKIPPED = "skipped until the first check of its exercise passes"
"""The message of a check that was not run, since its exercise earns nothing; its outcome is NOT_ATTEMPTED."""


@dataclass(frozen=True)
class CheckResult:
    """One check: its name, the sentence it tests, and what it saw.

    Attributes:
        name: the name of the check's function.
        title: the first line of its docstring.
        hidden: whether the student may not see name, title and message.
        outcome: how it ended.
        message: at most four lines, empty where it passed.
        weight: its part in the share of checks that pass; 0 for one that carries no share.
        remark: what to say beside a correct outcome where this check failed and carries no share.
    """

    name: str
    title: str
    hidden: bool
    outcome: Outcome
    message: str = ""
    weight: int = 1
    remark: str = ""


def earns_nothing(checks: Sequence[CheckResult]) -> bool:
    """Whether the first check has failed: then its exercise earns nothing, and the others need not be run.

    A check that failed by itself, or is held, says nothing, and is no first one.
    """
    outcomes = (check.outcome for check in checks if check.outcome not in (Outcome.CHECKER_ERROR, Outcome.HELD))
    return next(outcomes, Outcome.CORRECT) is not Outcome.CORRECT


@dataclass(frozen=True)
class Verdict:
    """What one exercise came to.

    Attributes:
        exercise: its name.
        title: its title.
        max_points: the points it is worth.
        checks: its checks, visible ones first.
        attempted: whether its section differs from the stub.
        problem: why its section was left out of the served module; empty where it was not.
        rationale: the line shown for a hidden check that did not pass.
    """

    exercise: str
    title: str
    max_points: float
    checks: Sequence[CheckResult]
    attempted: bool = True
    problem: str = ""
    rationale: str = ""
    notices: Sequence[str] = field(default_factory=tuple)

    @property
    def outcome(self) -> Outcome:
        """The exercise's outcome: that of its first check that did not pass, unless nothing was attempted.

        What earns every point is correct: a check without a share makes a remark, and no more.
        An untouched stub whose first check with a share passes was solved elsewhere in the module, so it counts as
        attempted; one without a share may pass with what is given.
        """
        failed = [
            check.outcome
            for place, check in enumerate(self.checks)
            if check.outcome is not Outcome.CORRECT and (place == 0 or check.weight or not check.remark)
        ]
        if self.checks and not failed:
            return Outcome.ERROR if self.problem else Outcome.CORRECT
        if Outcome.HELD in failed:
            return Outcome.HELD
        if Outcome.CHECKER_ERROR in failed or not self.checks:
            return Outcome.CHECKER_ERROR
        first = next((check for check in self.checks if check.weight), self.checks[0])
        if not self.attempted and first.outcome is not Outcome.CORRECT:
            return Outcome.NOT_ATTEMPTED
        return Outcome.ERROR if self.problem else failed[0]

    @property
    def points(self) -> float:
        """The share of checks that pass; nothing if the first one fails, or nothing of the section is served.

        A check that failed by itself (our fault) is left out of the count. One that is held keeps the points back.
        """
        judged = [check for check in self.checks if check.outcome is not Outcome.CHECKER_ERROR]
        nothing = (Outcome.NOT_ATTEMPTED, Outcome.HELD)
        if earns_nothing(self.checks) or self.outcome in nothing or self.problem:
            return 0.0
        passed = sum(check.weight for check in judged if check.outcome is Outcome.CORRECT)
        return round(self.max_points * passed / max(1, sum(check.weight for check in judged)), 2)

    @property
    def remark(self) -> str:
        """What is said beside a correct outcome, as `, but test_a does not count`; empty if there is nothing."""
        said = [check.remark for check in self.checks if self.outcome is Outcome.CORRECT and check.remark]
        return f", but {said[0]}" if said else ""

    @property
    def headline(self) -> str:
        """One line: the exercise, its outcome, its points."""
        points = f"{self.points:g} of {self.max_points:g} point{'' if self.max_points == 1 else 's'}"
        return f"{self.outcome.symbol} {self.exercise}: {self.outcome.words}{self.remark}, {points}"

    def lines(self) -> list[tuple[Outcome, str, str]]:
        """Return (outcome, title, message) for each line to show.

        Hidden checks show their rationale once; those that wait for the first one are counted.
        """
        if self.outcome is Outcome.NOT_ATTEMPTED:
            return [(Outcome.NOT_ATTEMPTED, "the stub is still as it was given: write it, then run its cell", "")]
        shown = [(check.outcome, check.title, check.message) for check in self._visible()]
        if self.problem:
            shown = [(Outcome.ERROR, "the section is not served", self.problem)]
        hidden = [check.outcome for check in self._ran() if check.hidden and check.outcome is not Outcome.CORRECT]
        if hidden:
            more = f", and {len(hidden) - 1} more" if len(hidden) > 1 else ""
            shown.append((hidden[0], f"a check of the grader's own{more}", self.rationale))
        if (waiting := len(self.checks) - len(self._ran())) and not self.problem:
            more = "1 more check waits" if waiting == 1 else f"{waiting} more checks wait"
            shown.append((Outcome.NOT_ATTEMPTED, f"{more} until the first one passes", ""))
        return shown

    def _ran(self) -> list[CheckResult]:
        """The checks that were run."""
        return [check for check in self.checks if check.outcome is not Outcome.NOT_ATTEMPTED]

    def _visible(self) -> Iterator[CheckResult]:
        """Yield the visible checks, each message once: what stops them all is read once, not nine times."""
        told: dict[str, str] = {}
        for check in self._ran():
            if not check.hidden:
                first = told.get(check.message)
                yield replace(check, message=AS_ABOVE.format(title=first)) if first else check
                if "\n" in check.message:
                    told.setdefault(check.message, check.title)

    def __str__(self) -> str:
        """Return the plain-text form, for terminals, nbconvert and screen readers."""
        text = [*self.notices, self.headline]
        for outcome, title, message in self.lines():
            text.append(f"  {outcome.symbol} {title}")
            text += [f"      {line}" for line in contrast.underlined(message).splitlines()]
        return "\n".join(text)


class Scored:
    """What has verdicts, and so a score."""

    verdicts: tuple[Verdict, ...]

    @property
    def score(self) -> float:
        """The points of all exercises together."""
        return round(sum(verdict.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        """The points there are."""
        return round(sum(verdict.max_points for verdict in self.verdicts), 2)
