"""A class for the tests: notebooks as students hand them in, made from the corpus in tests/labNN_slug/."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat

from autograder.authoring import corpus, stubs
from autograder.authoring.corpus import Sample
from autograder.authoring.notebooks import build
from autograder.gradebook.coursedir import ready
from autograder.submissions.submission import course
from labkit import sections

ROOT = Path(__file__).resolve().parents[2]
LAB = "lab01_hello"
STOCK = """
from nbgrader.preprocessors import *
c.GenerateAssignment.preprocessors = [
    LockCells, "autograder.gradebook.preprocessors.ClearSolutions", ClearOutput, CheckCellMetadata, ComputeChecksums,
    SaveCells,
]
c.Execute.timeout = 600
"""
"""The configuration of stock nbgrader, which executes notebooks; only the solutions are stripped as the build does.

A cell has more time than nbgrader's own 30 s: suites of tests are tried in it, on machines of any speed.
"""


def released(lab: str = LAB) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{lab}.ipynb", as_version=4)


def filled(text: str, lab: str = LAB) -> nbformat.NotebookNode:
    """The released notebook with its section cells written as in a module, and its files as in the solution."""
    book = released(lab)
    found = {section.name: section for section in sections.parse(stubs.unmarked(text))}
    for name, file in course().lab(lab).files.items():
        found[name] = sections.Section(name, stubs.unmarked((ROOT / "solutions" / lab / file).read_text("utf-8")))
    for cell in book.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in found:
            before = f" --before {found[name].before}" if found[name].before else ""
            cell.source = f"%%section {name}{before}\n{found[name].source.rstrip()}"
    return book


def solved() -> nbformat.NotebookNode:
    return filled((ROOT / "solutions" / f"{LAB}.py").read_text(encoding="utf-8"))


def cell_of(book: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    return next(cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


@cache
def modules(lab: str = LAB) -> dict[str, Sample]:
    """Every module of the corpus that has section marks, and the solution, by the student who hands it in."""
    solution = ROOT / "solutions" / f"{lab}.py"
    found = {"solution": Sample("solution", solution, {}, solution.read_text(encoding="utf-8"))}
    for sample in corpus.samples(ROOT, course().lab(lab)):
        if sections.parse(sample.text):
            found[f"{sample.kind}-{sample.path.stem}"] = sample
    return found


def hand_in(course: Path, student: str, book: nbformat.NotebookNode, name: str = "", lab: str = LAB) -> Path:
    """Put a notebook where nbgrader's collect would."""
    place = course / "submitted" / student / lab / (name or f"{lab}.ipynb")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(book), encoding="utf-8")  # nbformat would repair what a test has broken
    return place


def course_directory(place: Path, config: str = "", *, begun: bool = True) -> Path:
    """A course directory with our configuration, or another, the source of every lab, and an empty gradebook."""
    if begun:
        (place / "gradebook.db").write_bytes(_gradebook())
    ours = f'load_subconfig("nbgrader_config.py", path={str(ROOT)!r})\n'
    (place / "nbgrader_config.py").write_text("c = get_config()\n" + (config or ours), encoding="utf-8")
    for path, text in _sources().items():
        (place / path).parent.mkdir(parents=True)
        (place / path).write_text(text, encoding="utf-8")
    return place


@cache
def _gradebook() -> bytes:
    """A gradebook as nbgrader makes it: for each one it starts alembic, which takes longer than many a test."""
    from nbgrader.api import Gradebook

    with tempfile.TemporaryDirectory() as place, ready():
        path = Path(place) / "gradebook.db"
        Gradebook(f"sqlite:///{path}").close()
        return path.read_bytes()


@cache
def _sources() -> dict[Path, str]:
    return {path: text for path, text in build(ROOT).items() if path.parts[0] == "source"}


_STOCK = """
import sys
from nbgrader.apps import AutogradeApp, GenerateAssignmentApp
for app in (GenerateAssignmentApp, AutogradeApp):
    app.launch_instance(sys.argv[1:])
    app.clear_instance()
"""


@contextlib.contextmanager
def autograding(course: Path, lab: str = LAB) -> Iterator[subprocess.Popen[bytes]]:
    """Nbgrader's own generate_assignment and autograde, beside what else is done; what they say goes into log.txt.

    One process does both: nbgrader takes two seconds to be loaded.
    """
    command = [sys.executable, "-c", _STOCK, lab]
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # it starts alembic
    with (
        (course / "log.txt").open("w") as log,
        subprocess.Popen(command, cwd=course, env={**os.environ, "PATH": scripts}, stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def marks(course: Path, lab: str = LAB) -> dict[str, dict[str, float]]:
    """The points of every student and exercise, from nbgrader's gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            one.student.id: {
                grade.name.removeprefix("check-"): grade.score for book in one.notebooks for grade in book.grades
            }
            for one in gradebook.assignment_submissions(lab)
        }


def known(course: Path) -> int:
    """How many results a run has kept by now."""
    try:
        with sqlite3.connect(course / ".grading" / "results.sqlite") as database:
            return int(database.execute("SELECT count(*) FROM result").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def run(*command: str, cwd: Path, expect: int | None = 0, **variables: str) -> str:
    """Run a program of this environment, or a module of it, and return what it said."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NBGRADER"))}
    arguments = [sys.executable, *command] if command[0][0] == "-" else [str(scripts / command[0]), *command[1:]]
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env={**settings, "PATH": path, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert expect is None or done.returncode == expect, done.stdout
    return done.stdout
