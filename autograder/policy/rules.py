"""Reads class.toml, the one small file in which an instructor says what holds for a class.

    timezone = "Europe/Berlin"          # of times without one, here and in archives
    roster = "roster.csv"               # as the learning platform exports it
    attempts = "last"                   # or "best": it is judged which that is

    [due]
    lab01_hello = 2026-03-01            # the end of that day; or a time: 2026-03-01T18:00:00

    [late]
    grace_minutes = 15
    per_day = 0.1                       # of what was earned, for each day begun
    at_most = 0.5
    zero_after_days = 7

    [[extension]]
    student = "ada"
    lab = "lab01_hello"                 # without: every lab
    days = 3                            # or due = 2026-03-08, or excused = true

    [total]
    drop = ["lab13_scale"]              # counts for nobody
    best = 10                           # only each student's ten best count

    [names]
    "Ada L." = "ada"                    # what the platform calls somebody whom the roster calls otherwise

Without the file nothing of this holds, and lateness is what the gradebook and nbgrader's configuration say.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from labkit import course as courses
from labkit.course import CourseError, LabName, Strict

FILE = "class.toml"
LARGEST = 1_000_000
"""A larger file is none that somebody wrote, in bytes."""

Share = Annotated[float, Field(ge=0, le=1)]
DAY = 86_400


class Late(Strict):
    """What it costs to hand in late: a share of what was earned."""

    grace_minutes: Annotated[float, Field(ge=0)] = 0
    per_day: Share = 0
    at_most: Share = 1
    zero_after_days: Annotated[float, Field(gt=0)] | None = None

    def penalty(self, score: float, seconds: float) -> float:
        """Return what is lost of a score that was earned so many seconds too late."""
        if seconds <= 60 * self.grace_minutes:
            return 0.0
        if self.zero_after_days is not None and seconds > DAY * self.zero_after_days:
            return score
        return round(score * min(self.at_most, self.per_day * math.ceil(seconds / DAY)), 2)


class Extension(Strict):
    """What was granted to one student."""

    student: Annotated[str, Field(min_length=1)]
    lab: LabName | None = None
    days: Annotated[float, Field(gt=0)] | None = None
    due: datetime | date | None = None
    excused: bool = False

    @model_validator(mode="after")
    def _grants_one_thing(self) -> Self:
        if (self.days is not None) + (self.due is not None) + self.excused != 1:
            raise ValueError("say one of days, due and excused")
        if self.due and not self.lab:
            raise ValueError("say for which lab this due date holds, or give days")
        return self


class Counting(Strict):
    """Which labs count."""

    drop: list[LabName] = Field(default_factory=list)
    best: Annotated[int, Field(ge=1)] | None = None


class Policy(Strict):
    """What class.toml says."""

    timezone: str = ""
    roster: str = ""
    attempts: Literal["last", "best"] = "last"
    due: dict[LabName, datetime | date] = Field(default_factory=dict)
    late: Late | None = None
    extensions: list[Extension] = Field(alias="extension", default_factory=list)
    total: Counting = Counting()
    names: dict[str, str] = Field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        """The time zone of times that name none."""
        return ZoneInfo(self.timezone) if self.timezone else UTC

    @property
    def chooses(self) -> bool:
        """Whether some labs do not count for somebody."""
        return bool(self.total.drop or self.total.best or any(one.excused for one in self.extensions))

    def deadline(self, lab: str, student: str | None = None) -> datetime | None:
        """Return when a lab is due, as UTC; for a student the latest that was granted. None where nothing is said."""
        if lab not in self.due:
            return None
        due = self._moment(self.due[lab])
        granted = [due]
        for extension in self._granted(lab, student):
            granted += [due + timedelta(days=extension.days)] if extension.days else []
            granted += [self._moment(extension.due)] if extension.due else []
        return max(granted)

    def extension(self, lab: str, student: str) -> timedelta | None:
        """Return by how much a lab is due later for a student; None where it is not."""
        usual, own = self.deadline(lab), self.deadline(lab, student)
        return own - usual if usual and own and own > usual else None

    def excused(self, lab: str, student: str) -> bool:
        """Whether a lab does not count for a student."""
        return any(extension.excused for extension in self._granted(lab, student))

    def _granted(self, lab: str, student: str | None) -> Iterator[Extension]:
        return (one for one in self.extensions if one.student == student and one.lab in (None, lab))

    def _moment(self, said: datetime | date) -> datetime:
        """Return a time as UTC; a date is the last second of its day."""
        moment = said if isinstance(said, datetime) else datetime.combine(said, time(23, 59, 59))
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    @model_validator(mode="after")
    def _zone_is_known(self) -> Self:
        try:
            _ = self.zone
        except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError, and a folder of zones is an OSError
            raise ValueError(f"timezone: there is no {self.timezone!r}") from None
        except KeyError:
            raise ValueError(f'timezone: there is no {self.timezone!r}; write it as "Europe/Berlin"') from None
        return self

    @model_validator(mode="after")
    def _labs_are_known(self) -> Self:
        named = {*self.due, *self.total.drop, *(one.lab for one in self.extensions if one.lab)}
        labs = [lab.id for lab in courses.load().labs]
        if unknown := sorted(named - {*labs}):
            raise ValueError(f"there is no lab {', '.join(unknown)}. There are: {', '.join(labs)}")
        return self


def load(course: Path) -> Policy:
    """Read class.toml of a course directory; where there is none, nothing is agreed on.

    Raises:
        CourseError: it cannot be read, or says what it cannot mean.
    """
    path = course / FILE
    if not path.exists():
        return Policy.model_validate({})
    try:
        if path.stat().st_size > LARGEST:
            raise CourseError(f"{FILE} is larger than {LARGEST // 1_000_000} MB.")
        return Policy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as problem:
        raise CourseError(f"{FILE}: {'; '.join(_said(error) for error in problem.errors())}.") from None
    except CourseError:
        raise
    except (OSError, ValueError) as problem:
        raise CourseError(f"{FILE} cannot be read: {problem}") from None


def _said(error: object) -> str:
    """Return what is wrong, and where, as a person would say it."""
    assert isinstance(error, dict)
    place = ".".join(str(part) for part in error["loc"] if str(part) not in ("datetime", "date"))
    message = error["msg"].removeprefix("Value error, ")
    message = message.replace("Extra inputs are not permitted", "is not a word of it")
    return f"{place}: {message}" if place else message
