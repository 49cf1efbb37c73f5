"""What is kept of a result: plain data that is stored, sent between machines, shown, and written as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labkit.verdict import CheckResult, Outcome, Scored, Verdict

if TYPE_CHECKING:  # the judge loads much that a run over an unchanged class has no use for
    from autograder.judging.judge import Result

LONGEST = 20_000
"""How much of a section is kept to be shown, in characters."""


@dataclass(frozen=True)
class Record(Scored):
    """A result without the submission it came from.

    Attributes:
        source: the file that was judged.
        student: who handed it in, where that is known.
        lab: the lab's id, where that is known.
        sandbox: the tier it ran in.
        seconds: how long judging took.
        verdicts: one for each exercise, in the lab's order.
        incidents: what was unusual, one line each.
        code: what the student wrote, by section.
    """

    source: str
    student: str | None
    lab: str | None
    sandbox: str
    seconds: float = 0.0
    verdicts: tuple[Verdict, ...] = ()
    incidents: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The student, or else the file."""
        return self.student or self.source.rpartition("/")[2]

    def noting(self, *incidents: str) -> Record:
        """Return it with further incidents, these last."""
        return dataclasses.replace(self, incidents=(*self.incidents, *incidents))

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps(dataclasses.asdict(self))


def of(result: Result, seconds: float = 0.0) -> Record:
    """Keep of a result what is needed later."""
    from labkit import sections

    submission = result.submission
    code = {section.name: section.source[:LONGEST] for section in sections.parse(submission.text or "")}
    raw = Record(
        str(submission.source),
        submission.student,
        submission.lab.id if submission.lab else None,
        result.sandbox,
        round(seconds, 3),
        result.verdicts,
        result.incidents,
        code,
    )
    return _record(_clean(dataclasses.asdict(raw)))


def load(text: str) -> Record:
    """Read a record that was kept as JSON."""
    return _record(json.loads(text))


def _record(data: dict[str, Any]) -> Record:
    verdicts = tuple(_verdict(verdict) for verdict in data["verdicts"])
    return Record(**data | {"verdicts": verdicts, "incidents": tuple(data["incidents"])})


def _verdict(data: dict[str, Any]) -> Verdict:
    checks = tuple(CheckResult(**check | {"outcome": Outcome(check["outcome"])}) for check in data["checks"])
    return Verdict(**data | {"checks": checks, "notices": tuple(data["notices"])})


def _clean(value: Any) -> Any:
    """Replace what no database and no file takes: surrogates without their twin, and NUL."""
    if isinstance(value, str):
        return str.__str__(value).encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
