"""The terminal's way in: `labkit lab|workbook|serve|check|mission|doctor`, or `python -m labkit` and the same."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, NoReturn

from labkit import environment

try:
    import typer
except ModuleNotFoundError as problem:
    raise SystemExit(environment.inactive(str(problem.name))) from None

from rich.console import Console

from labkit.course import CourseError
from labkit.notebook.lab import Lab
from labkit.notebook.lab import open as open_lab

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="The workbook from a terminal.")
_err = Console(stderr=True)
_out = Console()

LabName = Annotated[str, typer.Argument(help="the lab, such as lab01_hello")]


FolderName = Annotated[Path | None, typer.Argument(help="the workbook's folder; by default the one you are in")]


@cli.command()
def lab(
    folder: FolderName = None,
    port: Annotated[int | None, typer.Option(help="the port to use and no other")] = None,
    browser: Annotated[bool, typer.Option(help="open a browser")] = True,
) -> None:
    """Open JupyterLab on the workbook; lay the notebooks that are not there yet."""
    from labkit.setup import jupyterlab, workbook

    try:
        place = workbook.choose(folder)
    except workbook.NoWorkbook as problem:
        _fail(str(problem), 2)
    jupyterlab.run(port, browser, place)


@cli.command()
def workbook(folder: Annotated[Path, typer.Argument(help="the workbook's folder")]) -> None:
    """Lay the notebooks into a folder, as for a hub; whatever is there stays as it is."""
    from labkit.setup import workbook

    try:
        laid = workbook.lay(folder)
    except workbook.NoWorkbook as problem:
        _fail(str(problem), 2)
    _out.print(f"{len(laid)} new files in {folder}", markup=False, highlight=False, soft_wrap=True)


@cli.command()
def serve(lab: LabName) -> None:
    """Serve a lab's module until Ctrl+C; an edit is served when it is saved."""
    opened = _open(lab)
    if not opened.server.running:
        _fail(opened.server.problem or "")
    _out.print(f"{opened.draft.place} on {opened.server.link} (Ctrl+C to stop)")
    for section, problem in opened.left_out.items():
        _out.print(f"left out  {section}: {problem}", markup=False)
    stopped = threading.Event()
    try:
        while not stopped.wait(0.5):
            for line in opened.refresh():
                _out.print(line, markup=False)
    except KeyboardInterrupt:
        opened.server.stop()


@cli.command()
def check(
    lab: LabName, exercise: Annotated[str | None, typer.Argument(help="one exercise; all without it")] = None
) -> None:
    """Run the visible checks of a lab, or of one exercise; the exit status is 1 unless all are correct."""
    opened = _open(lab)
    names = [exercise] if exercise else opened.exercises
    try:
        verdicts = [opened.judge(name) for name in names]
    except KeyError as problem:
        _fail(str(problem.args[0]), 2)
    finally:
        opened.server.stop()
    for verdict in verdicts:
        _out.print(str(verdict), markup=False, highlight=False)
    points = sum(verdict.points for verdict in verdicts)
    maximum = sum(verdict.max_points for verdict in verdicts)
    _out.print(f"\n{points:g} of {maximum:g} points", highlight=False)
    raise typer.Exit(0 if points == maximum else 1)


@cli.command()
def mission(
    lab: LabName,
    faults: Annotated[list[str] | None, typer.Argument(help="some faults; all without them")] = None,
    rounds: Annotated[int, typer.Option(help="how often they are brought about; 0 for until Ctrl+C")] = 1,
    steps: Annotated[bool, typer.Option("--steps", help="the whole run again, each step in a line")] = False,
) -> None:
    """Bring faults about in a lab's service, two replicas of it; the exit status is 1 unless every promise is held."""
    opened = _open(lab)
    try:
        fly = getattr(opened, "mission", None)
        if fly is None:
            _fail(f"{lab} has no mission; lab14_capstone has", 2)
        control = fly(*(faults or fly.__self__.faults), rounds=rounds)
    except KeyError as problem:
        _fail(f"there is no fault {problem.args[0]}", 2)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        opened.server.stop()
    if steps:
        _out.print(control.steps(), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if control.held else 1)


@cli.command()
def doctor() -> None:
    """Look whether this machine has what the labs need; the exit status is 1 if something has to be mended."""
    from labkit.setup import doctor as checkup  # it starts other programs, which nobody else needs

    found = checkup.doctor()
    _out.print(str(found), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if found.healthy else 1)


def _open(lab: str) -> Lab:
    try:
        return open_lab(lab)
    except (KeyError, CourseError) as problem:
        _fail(str(problem.args[0]), 2)


def _fail(message: str, status: int = 1) -> NoReturn:
    _err.print(message, markup=False, highlight=False)
    raise typer.Exit(status)


if __name__ == "__main__":
    cli(prog_name="python -m labkit")
