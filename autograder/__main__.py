"""The instructor's commands: `python -m autograder new | build | judge | grade | release | class | verify`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, NoReturn

from labkit import environment

try:
    import typer
except ModuleNotFoundError as problem:
    raise SystemExit(environment.inactive(str(problem.name))) from None

from rich.console import Console

from autograder import term
from autograder.gradebook.errors import NoGradebook
from autograder.gradebook.marks import Standing
from autograder.grading import run
from autograder.grading.progress import Watch
from autograder.grading.rehearsal import rehearse
from autograder.grading.run import Wish
from autograder.judging import confinement, record
from autograder.lms.roster import RosterError
from autograder.reports import results
from autograder.submissions import candidates
from autograder.submissions.collect import NothingToGrade
from autograder.workers.dask import NoCluster
from labkit import atomic, course
from labkit.classroom import membership
from labkit.course import CourseError
from labkit.paths import HOME

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()

KNOWN = HOME / "build" / "verified"
"""The results of `verify`, for `verify --changed`. Nothing is lost with it but time."""
app.command()(term.collect)
app.command()(term.export)
app.command()(term.history)

JsonOption = Annotated[Path | None, typer.Option("--json", help="Write the results to this file, as JSON.")]


def _choose(sandbox: str | None) -> str | None:
    """Take the tier that was asked for, here or in the environment, and refuse it if it is not to be had."""
    if not (sandbox or os.environ.get("AUTOGRADER_SANDBOX")):
        return None
    from autograder.judging import tiers  # it loads the judge's side, which a class that has not changed has no use for

    if sandbox:
        os.environ[confinement.VARIABLE] = sandbox  # for the workers, too
    try:
        tiers.probe()
    except confinement.Unavailable as problem:
        _refuse(str(problem))
    return sandbox


SandboxOption = Annotated[
    str | None, typer.Option(callback=_choose, help="The sandbox, where it must not be the strictest there is.")
]
LabOption = Annotated[str | None, typer.Option(help="The lab, such as lab01_hello.")]


@app.command()
def new(
    lab: Annotated[str, typer.Argument(help="The lab's name, such as lab15_graphs.")],
    title: Annotated[str, typer.Argument(help="Its title, such as Concurrency.")],
) -> None:
    """Lay the skeleton of a new lab."""
    from autograder.authoring import skeleton

    try:
        for path in skeleton.lay(Path.cwd(), lab, title):
            console.print(f"wrote {path}", highlight=False)
    except (CourseError, OSError) as problem:
        _refuse(str(problem))
    console.print("Next: `make build`, then `make verify`, which names each line still to be written.", soft_wrap=True)


@app.command()
def build(
    check: Annotated[bool, typer.Option("--check", help="change nothing; fail if a built file is out of date")] = False,
) -> None:
    """Build the notebooks from course/ and solutions/."""
    from autograder.authoring import notebooks  # two seconds of imports, which nobody else needs

    top = Path.cwd()
    try:
        if check:
            if problems := notebooks.stale(top):
                typer.echo("\n".join(problems), err=True)
                raise typer.Exit(1)
            console.print("What is built is up to date.")
            return
        for path, text in notebooks.build(top).items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
            console.print(f"built {path}", highlight=False)
    except CourseError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


@app.command()
def judge(
    files: Annotated[list[Path], typer.Argument(help="Notebooks (.ipynb) or modules (.py).", metavar="FILE...")],
    json: JsonOption = None,
    lab: LabOption = None,
    sandbox: SandboxOption = None,
) -> None:
    """Judge notebooks or modules; no gradebook is needed."""
    _require_lab(lab)
    _require_place(json)
    for file in files:
        if file.is_dir() or not (file.exists() or file.is_symlink()):
            _refuse(f"{file}: there is no such file. Name notebooks (.ipynb) or modules (.py).")
        if file.suffix not in (".ipynb", ".py"):
            _refuse(f"{file}: neither a notebook (.ipynb) nor a module (.py).")
    from autograder.submissions import submission
    from autograder.workers.pool import Pool, judge_all

    try:
        confinement.require(Pool().tier)
    except confinement.Unavailable as problem:
        _refuse(str(problem))
    found = [record.of(result) for result in judge_all([submission.read(file, lab) for file in files])]
    graded = [(one, Standing.of(one)) for one in found]
    if json:
        results.write(graded, json)
    results.show(graded, console)


@app.command()
def grade(
    lab: LabOption = None,
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many processes judge.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Judge on this Dask cluster, tcp://HOST:PORT.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Judge and write everything anew.")] = False,
    json: JsonOption = None,
    sandbox: SandboxOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whose mark would change, and write none.")] = False,
) -> None:
    """Judge what is under submitted/ of this course directory; write the gradebook, feedback/ and grades.csv."""
    _require_lab(lab)
    _require_place(json)
    watch = Watch(console)
    for line in candidates.astray(Path.cwd() / "submitted", {known.id for known in course.load().labs}):
        typer.echo(line, err=True)
    wish = Wish(lab, student, workers, scheduler, force)
    try:
        if dry_run:
            term.tell_forecast(rehearse(Path.cwd(), wish, watch))
            return
        found = run.grade(Path.cwd(), wish, watch)
    except (CourseError, NothingToGrade, NoCluster, NoGradebook, RosterError, confinement.Unavailable) as problem:
        _refuse(str(problem))
    except KeyboardInterrupt:
        typer.echo("Interrupted. Run it again: it goes on from here.", err=True)
        raise typer.Exit(130) from None
    if json:
        results.write(found.graded, json)
    results.show(found.graded, console)
    for line in found.remarks:
        console.print(line, markup=False, soft_wrap=True, highlight=False)
    if found.changes:
        console.print(
            f"{len(found.changes)} marks are new or have changed: python -m autograder history", highlight=False
        )
    console.print(f"{len(found.graded)} submissions are in the gradebook, feedback/, grades.csv and report.html.")
    console.print(watch.summary(), soft_wrap=True, highlight=False)


@app.command()
def copies(
    lab: LabOption = None,
    least: Annotated[float, typer.Option(min=0.05, max=1.0, help="The likeness from which on a pair is named.")] = 0.3,
) -> None:
    """Compare what is under submitted/, and write copies.html: pairs that are more alike than independent work."""
    from autograder.similarity import report

    _require_lab(lab)
    found = course.load()
    try:
        with console.status("comparing"):
            wanted = [known for known in found.labs if lab in (None, known.id)]
            compared = list(report.compare(Path.cwd(), wanted, least))
    except NothingToGrade as problem:
        _refuse(str(problem))
    atomic.write(Path.cwd() / report.PAGE, report.page(found, compared, least))
    count = sum(len(one.pairs) for one in compared)
    console.print(f"{report.PAGE} has {count} pairs to look at. It is a place to look, and no verdict.", soft_wrap=True)


@app.command()
def book() -> None:
    """Make dist/book/, the course as a static site to read: no solution, nothing loaded from elsewhere."""
    from autograder.book import site

    try:
        first = site.make(HOME, course.load(), console.print)
    except site.NoBook as problem:
        _refuse(str(problem))
    console.print(f"Open {first.relative_to(HOME)} in a browser, or put its folder on any web server.", soft_wrap=True)


@app.command()
def release() -> None:
    """Make dist/, the student's bundle, and release every lab in this course directory with nbgrader."""
    from autograder.authoring.bundle import bundle
    from autograder.gradebook.coursedir import release as release_lab

    try:
        path = bundle(HOME, Path.cwd() / "dist")
        for lab in course.load().labs:
            release_lab(Path.cwd(), lab)
            console.print(f"release/{lab.id}/{lab.id}.ipynb")
    except CourseError as problem:
        _refuse(str(problem))
    console.print(f"dist/{path.name}")


@app.command("class")
def live(
    name: Annotated[str, typer.Argument(help="The class; each has a code and a file of its own.")] = "class",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for any.")] = 8700,
    address: Annotated[str, typer.Option(help="How students reach it, where a proxy is in between.")] = "",
    file: Annotated[Path | None, typer.Option(help="Where the class is kept, if not in .class/.")] = None,
) -> None:
    """Show a class live: where everybody is, where many are stuck. Ctrl+C ends it, and nothing is lost."""
    from autograder.board import serve
    from autograder.board.store import Identity, Unusable

    if not re.fullmatch(r"[\w.-]{1,40}", name) or name.startswith("."):
        _refuse(f"{name!r} is no name of a class. It has letters, digits, - and _, as in monday-a.")
    if address and membership.address(address) is None:
        _refuse(f"--address {address}: begin it with https:// or http://.")

    def say(identity: Identity, here: str) -> None:
        for label, value in serve.ways(identity, here, address):
            console.print(f"{label:<10} {value}", markup=False, highlight=False, soft_wrap=True)
        console.print("Ctrl+C ends it; the next start goes on where it was.", highlight=False)

    kept = file or Path.cwd() / serve.FOLDER / f"{name}.sqlite"
    try:
        serve.run(kept, name, serve.Place(host, port, address), say)
    except (Unusable, CourseError) as problem:
        _refuse(str(problem))


@app.command()
def verify(
    lab: LabOption = None,
    sandbox: SandboxOption = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Judge only what has changed since it was judged.")
    ] = False,
) -> None:
    """Hold notebooks, stubs, solutions, checks and the modules in tests/ against each other."""
    from autograder.verify import verify as verified

    _require_lab(lab)
    if not verified(HOME, console, lab, KNOWN, changed=changed):
        raise typer.Exit(1)


def _require_lab(lab: str | None) -> None:
    if lab is None:
        return
    try:
        course.load().lab(lab)
    except KeyError as problem:
        _refuse(str(problem.args[0]))


def _require_place(path: Path | None) -> None:
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        _refuse(f"--json {path}: its folder does not exist, or it is a folder itself. Name a file in a folder.")


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


if __name__ == "__main__":
    app(prog_name="python -m autograder")
