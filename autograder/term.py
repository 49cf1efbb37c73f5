"""The commands of a term beside grading: what comes from a learning platform, what goes back, what became of a mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from autograder.audit.trail import FILE, Trail
from autograder.grading import publish
from autograder.grading.rehearsal import Rehearsal
from autograder.grading.store import Store
from autograder.judging.confinement import Unavailable
from autograder.lms import agreement
from autograder.lms import collect as collecting
from autograder.lms.archive import ArchiveError
from autograder.lms.collect import Collected
from autograder.lms.roster import RosterError
from labkit import course as courses
from labkit.course import CourseError

FEW = 20
"""How many lines are printed of a long list; the rest stands in a file."""
RosterOption = Annotated[Path | None, typer.Option(help="The class list as the platform exports it, CSV.")]
console = Console()


class Attempts(StrEnum):
    """Which of several attempts is taken."""

    LAST = "last"
    BEST = "best"


def collect(
    sources: Annotated[list[Path], typer.Option("--from", help="What the platform gives out as all submissions.")],
    lab: Annotated[str | None, typer.Option(help="The lab it is of, where its files do not say.")] = None,
    roster: RosterOption = None,
    attempts: Annotated[Attempts | None, typer.Option(help="Which of several; the best are judged first.")] = None,
) -> None:
    """Take the ZIP of Canvas, Moodle, Blackboard, Brightspace or Gradescope into submitted/, as it is."""
    here = Path.cwd()
    try:
        require_lab(lab)
        agreed = agreement.load(here, roster)
        choose = None
        if (attempts or agreed.policy.attempts) == "best":
            from autograder.lms.attempts import Best  # it loads the judge's side

            choose = Best(agreed.policy)
        for source in sources:
            _tell(collecting.collect(here, source, lab, agreed, choose))
    except (ArchiveError, RosterError, CourseError, Unavailable, OSError) as problem:
        refuse(str(problem))


def export(
    roster: RosterOption = None,
    lab: Annotated[str | None, typer.Option(help="Only this lab; a worksheet of Moodle is of one.")] = None,
) -> None:
    """Write the marks into the table that Canvas or Moodle has exported, for it to import again."""
    here = Path.cwd()
    try:
        require_lab(lab)
        agreed = agreement.load(here, roster)
        if agreed.roster is None:
            refuse("Name the table that the platform has exported: --roster FILE, or roster in class.toml.")
        if roster and (ours := agreement.load(here).roster):
            agreed = replace(agreed, roster=agreed.roster.called_as(ours))
        with Store(here) as memory:
            found = publish.platform_table(here, agreed, memory.standings(), lab)
    except (RosterError, CourseError, OSError) as problem:
        refuse(str(problem))
    _lines(found.remarks)
    console.print(f"wrote {found.name}", highlight=False)


def history(
    student: Annotated[str | None, typer.Option(help="Only this student's marks.")] = None,
    lab: Annotated[str | None, typer.Option(help="Only this lab.")] = None,
) -> None:
    """Show every change of a mark, when it was made and why; it may be shown to the student."""
    require_lab(lab)
    found = Trail(Path.cwd()).of(student, lab)
    if not found:
        refuse(f"No mark{f' of {student}' if student else ''} has been written down in {FILE} yet.")
    for change in found:
        _lines([f"{change.time[:16].replace('T', ' ')} UTC  {change.lab}  {change.student}  {change.line}"])


def tell_forecast(found: Rehearsal) -> None:
    """Print whose mark a run would change, by how much and why."""
    changed = [one for one in found.forecasts if one.changed and one.before is not None]
    for one in changed:
        assert one.before is not None
        step = one.after - one.before
        _lines([f"{one.student}  {one.lab}  {one.before:g} → {one.after:g} of {one.of:g} ({step:+g})"])
        _lines(f"    {reason}" for reason in one.reasons)
    new = [one for one in found.forecasts if one.before is None]
    _lines(f"{one.student}  {one.lab}  first mark: {one.after:g} of {one.of:g}" for one in new[:FEW])
    _lines([f"and {len(new) - FEW} more first marks"] if len(new) > FEW else [])
    same = [one for one in found.forecasts if not one.changed and one.reasons]
    for one in same:
        _lines([f"{one.student}  {one.lab}  stays {one.after:g} of {one.of:g}, made of other parts"])
        _lines(f"    {reason}" for reason in one.reasons)
    _lines(f"{one.student}  {one.lab}  {line}" for one in found.forecasts for line in one.kept)
    _lines(found.failed)
    up = sum(one.after > (one.before or 0.0) for one in changed)
    _lines(
        [
            f"{len(changed)} of {len(found.forecasts)} marks would change, {up} up and {len(changed) - up} down; "
            f"{len(new)} would be first marks. No mark was written."
        ]
    )


def require_lab(lab: str | None) -> None:
    """Refuse a lab that the course does not have."""
    try:
        if lab is not None:
            courses.load().lab(lab)
    except KeyError as problem:
        refuse(str(problem.args[0]))


def refuse(message: str) -> NoReturn:
    """Say what is wrong, and end."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _tell(found: Collected) -> None:
    """Print what a collection came to; all of it is in a file."""
    _lines(found.remarks)
    nobody = found.unassigned
    if nobody:
        console.print(f"{_counted(len(nobody), 'file')} could not be assigned:")
        _lines(f"  {line.source}: {line.said}" for line in nobody[:FEW])
        if len(nobody) > FEW:
            console.print(f"  and {len(nobody) - FEW} more")
    console.print(
        f"{found.lab}: {_counted(len(found.students), 'student')}, {len(found.changed)} of them new or handed in anew. "
        f"What became of each of {_counted(len(found.lines), 'file')} is in downloaded/{found.lab}/collected.csv.",
        highlight=False,
        soft_wrap=True,
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True, highlight=False)
