"""Writes marks into the table that a platform has exported, so that the platform imports it again.

Canvas knows a student by the columns before its assignments, and an assignment by its title with its number. Moodle's
grading worksheet is of one assignment, and its grader report of all. Only the columns of labs are written: an import
changes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.lms import table
from autograder.lms.roster import Person, Roster, RosterError, squashed
from autograder.policy.rules import Policy
from labkit.course import Lab

Marks = Mapping[str, Mapping[str, float]]
"""What counts, by lab and student."""
_EXCUSED = "EX"
"""What Canvas calls a mark that does not count."""
_POINTS = "pointspossible"


@dataclass(frozen=True)
class Export:
    """A table to import.

    Attributes:
        name: what the file is called.
        text: the table.
        remarks: what is to be said about it, one line each.
    """

    name: str
    text: str
    remarks: list[str]


def export(roster: Roster, labs: Sequence[Lab], marks: Marks, policy: Policy) -> Export:
    """Fill marks into a platform's own table.

    Args:
        roster: the table.
        labs: the labs whose marks are wanted.
        marks: what counts of each.
        policy: who is excused.

    Raises:
        RosterError: the table is of one assignment, and the marks are not.
    """
    grade = _place(roster.header, "grade")
    if roster.column("moodle") is not None and grade is not None:
        return _worksheet(roster, labs, marks, grade)
    canvas = roster.column("canvas") is not None and _place(roster.header, "student", "lastname") is not None
    platform = "canvas" if canvas else "moodle"
    places = [_column(roster.header, lab) for lab in labs]
    identity = _identity(roster, canvas, [place for place in places if place is not None])
    new = [lab.title if canvas else lab.id for lab in labs]
    titles = [new[n] if place is None else roster.header[place] for n, place in enumerate(places)]
    people = {person.line: person for person in roster.people}
    rows = [[*(roster.header[place] for place in identity), *titles]]
    for line, row in enumerate(roster.rows, 2):
        there = [_cell(row, place) for place in places]
        who = people.get(line)
        cells = (
            [_mark(marks, lab, who, old, policy, canvas) for lab, old in zip(labs, there, strict=True)]
            if who
            else [old or _possible(row, lab) for lab, old in zip(labs, there, strict=True)]
        )
        rows.append([*(row[place] if place < len(row) else "" for place in identity), *cells])
    remarks = [*_strangers(roster, labs, marks), *_totals(roster, labs, places)]
    remarks += [
        f"{roster.path.name} has no column of {lab.id}: grades_{platform}.csv has a new one, called {title}."
        for lab, place, title in zip(labs, places, titles, strict=True)
        if place is None
    ]
    return Export(f"grades_{platform}.csv", table.written(rows, roster.separator), remarks)


def _worksheet(roster: Roster, labs: Sequence[Lab], marks: Marks, grade: int) -> Export:
    """Fill Moodle's grading worksheet, which is of one assignment."""
    if len(labs) != 1:
        raise RosterError(f"{roster.path}: a grading worksheet of Moodle is of one assignment. Say of which: --lab.")
    (lab,) = labs
    lines = {person.line: person for person in roster.people}
    rows = [roster.header]
    for line, row in enumerate(roster.rows, 2):
        filled = [*row, *[""] * (grade + 1 - len(row))]
        if (who := lines.get(line)) and (mark := marks.get(lab.id, {}).get(who.id)) is not None:
            filled[grade] = f"{mark:g}"
        rows.append(filled)
    remarks = _strangers(roster, labs, marks)
    most = _place(roster.header, "maximumgrade")
    if most is not None and (other := {_cell(row, most) for row in roster.rows} - {"", *_numbers(lab.points)}):
        remarks.append(_other_total("Moodle", lab, sorted(other)[0]))
    return Export(f"grades_moodle_{lab.id}.csv", table.written(rows, roster.separator), remarks)


def _identity(roster: Roster, canvas: bool, places: Sequence[int]) -> list[int]:
    """Return the columns that say who it is."""
    if canvas and (section := _place(roster.header, "section")) is not None:
        return [place for place in range(section + 1) if place not in places]
    kinds = ("last", "first", "whole", "canvas", "login", "number", "email")
    return sorted({place for kind in kinds if (place := roster.column(kind)) is not None})


def _mark(marks: Marks, lab: Lab, who: Person, old: str, policy: Policy, canvas: bool) -> str:
    """Return what is written for a student: what the platform has, where there is no mark or it is excused there."""
    if canvas and (old.upper() == _EXCUSED or policy.excused(lab.id, who.id)):
        return _EXCUSED
    mark = marks.get(lab.id, {}).get(who.id)
    return old if mark is None else f"{mark:g}"


def _possible(row: Sequence[str], lab: Lab) -> str:
    """Return what stands in a new column, in a row that is no student's."""
    return f"{lab.points:g}" if row and squashed(row[0]) == _POINTS else ""


def _strangers(roster: Roster, labs: Sequence[Lab], marks: Marks) -> list[str]:
    known = {person.id for person in roster.people}
    unknown = sorted({who for lab in labs for who in marks.get(lab.id, {})} - known)
    return [f"Not in {roster.path.name}, so without a mark there: {', '.join(unknown)}."] if unknown else []


def _totals(roster: Roster, labs: Sequence[Lab], places: Sequence[int | None]) -> list[str]:
    """Say where the platform gives other points for a lab."""
    said = []
    for row in roster.rows:
        if row and squashed(row[0]) == _POINTS:
            for lab, place in zip(labs, places, strict=True):
                there = _cell(row, place)
                if there and there not in _numbers(lab.points):
                    said.append(_other_total("Canvas", lab, there))
    return said


def _other_total(platform: str, lab: Lab, there: str) -> str:
    return f"{lab.id} is out of {lab.points:g} points, and out of {there} in {platform}: marks are written as they are."


def _numbers(points: float) -> set[str]:
    return {f"{points:g}", f"{points:.1f}", f"{points:.2f}", f"{points:.1f}".replace(".", ",")}


def _column(header: Sequence[str], lab: Lab) -> int | None:
    """Return the column of a lab: called by its id, its number or its title, whatever a platform puts around it."""
    number = lab.id.partition("_")[0]
    wanted = {squashed(name) for name in (lab.id, lab.title, number, f"lab{int(number[3:])}")}
    for place, title in enumerate(header):
        short = re.sub(r"\s*\([^()]*\)\s*$", "", title)
        if {squashed(short), squashed(short.partition(":")[2])} & wanted:
            return place
    return None


def _place(header: Sequence[str], *names: str) -> int | None:
    return next((place for place, title in enumerate(header) if squashed(title) in names), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
