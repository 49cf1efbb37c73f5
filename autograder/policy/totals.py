"""What the labs of a student come to together: which of them count, and out of how many points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.policy.rules import Extension, Policy


@dataclass(frozen=True)
class Total:
    """What a student has earned.

    Attributes:
        points: the points of all labs that count.
        of: what could be earned in them.
        counted: the labs that count.
    """

    points: float
    of: float
    counted: frozenset[str]

    @property
    def percent(self) -> float | None:
        """The share in percent, as it is written; None where no lab counts."""
        return round(100 * self.points / self.of, 2) if self.of else None


def total(policy: Policy, student: str, marks: Mapping[str, float | None], points: Mapping[str, float]) -> Total:
    """Return what a student's labs come to.

    Args:
        policy: what was agreed on.
        student: who.
        marks: what counts of each lab; None where nothing was handed in, which is worth nothing.
        points: what each lab is worth.
    """
    counted = [lab for lab in marks if lab not in policy.total.drop and not policy.excused(lab, student)]
    if policy.total.best:
        share = {lab: (marks[lab] or 0.0) / points[lab] for lab in counted}
        counted = sorted(counted, key=lambda lab: -share[lab])[: policy.total.best]
    earned = sum(marks[lab] or 0.0 for lab in counted)
    return Total(round(earned, 2), round(sum(points[lab] for lab in counted), 2), frozenset(counted))


def of_class(
    policy: Policy, students: Iterable[str], marks: Mapping[str, Mapping[str, float]], points: Mapping[str, float]
) -> dict[str, Total]:
    """Return what the labs of each student come to.

    A lab counts once somebody has handed it in: those still to come would make every share of the points a small one.

    Args:
        policy: what was agreed on.
        students: everybody in the class.
        marks: what counts of each lab, by student.
        points: what each lab is worth.
    """
    begun = {lab: there for lab, there in marks.items() if there}
    return {
        student: total(policy, student, {lab: there.get(student) for lab, there in begun.items()}, points)
        for student in students
    }


def words(policy: Policy) -> list[str]:
    """Return what was agreed on, one sentence each, for those who read the marks."""
    said = []
    for lab, _ in sorted(policy.due.items()):
        due = policy.deadline(lab)
        assert due is not None
        local = due.astimezone(policy.zone)
        said.append(f"{lab} is due on {local.day} {local:%B %Y, %H:%M %Z}.")
    if policy.late:
        said.append(_late(policy))
    said += [f"{one.student} {_granted(one)} for {one.lab or 'every lab'}." for one in policy.extensions]
    if policy.total.drop:
        said.append(f"Not counted for anybody: {', '.join(policy.total.drop)}.")
    if policy.total.best:
        said.append(f"Each student's {policy.total.best} best labs count, by their share of the points.")
    return said


def _granted(extension: Extension) -> str:
    if extension.excused:
        return "is excused"
    if extension.days:
        return f"has {extension.days:g} day{'' if extension.days == 1 else 's'} more"
    return f"has until {extension.due}"


def _late(policy: Policy) -> str:
    late = policy.late
    assert late is not None
    parts = [f"each day begun costs {100 * late.per_day:g} % of what was earned"]
    parts += [f"{100 * late.at_most:g} % at most"] if late.at_most < 1 else []
    parts += [f"after {late.zero_after_days:g} days nothing counts"] if late.zero_after_days else []
    parts += [f"the first {late.grace_minutes:g} minutes cost nothing"] if late.grace_minutes else []
    return f"Handed in late: {', '.join(parts)}."
