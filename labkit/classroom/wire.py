"""What a notebook and a board say to each other. There is no room in it for code, nor for a request's content."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from labkit.course import LabName, SectionName
from labkit.verdict import Outcome, Verdict

TOGETHER = 50
"""How many reports are sent at once, at the most: those that have waited for a board that was away."""

Name = Annotated[str, Field(max_length=40)]
Code = Annotated[str, Field(min_length=1, max_length=20)]
Kernel = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Message(BaseModel):
    """What is sent: nothing that it has no place for is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Join(Message):
    """Somebody wants a seat in the class of this code."""

    code: Code
    name: Name = ""


class Seat(BaseModel):
    """The seat that a board has given, and the secret by which it knows it again."""

    seat: Annotated[int, Field(ge=1)]
    secret: Annotated[str, Field(min_length=20, max_length=100)]


class Report(Message):
    """What an exercise came to, or a hint that was taken.

    Attributes:
        number: counts a kernel's reports, so that one that is sent twice counts once.
        lab: the lab's name.
        exercise: the exercise's.
        outcome: how the check ended; None where only a hint was taken.
        check: the name of the first check that failed; empty where none did, or where the section is not served.
        hints: how many hints of the exercise were taken so far.
    """

    number: Annotated[int, Field(ge=1, le=2**53)]
    lab: LabName
    exercise: SectionName
    outcome: Outcome | None = None
    check: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_]*$", max_length=100)] = ""
    hints: Annotated[int, Field(ge=0, le=100)] = 0


class Batch(Message):
    """The reports of a kernel that the board has not had, oldest first."""

    kernel: Kernel
    reports: Annotated[list[Report], Field(min_length=1, max_length=TOGETHER)]


def failed(verdict: Verdict) -> str:
    """Return the name of the first visible check that failed, without what it was tried with."""
    wrong = (check.name for check in verdict.checks if not check.hidden and check.outcome is verdict.outcome)
    return "" if verdict.problem else next(wrong, "").partition("[")[0]
