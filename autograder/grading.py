"""Grades a class: everything under submitted/ of nbgrader's course directory, into its gradebook and feedback/.

Three steps. Collect: find what each student handed in, whatever its name and state. Judge: one result for each, which
needs no gradebook, so it can be done anywhere and by many. Record: one writer takes the results through nbgrader's own
converters, so that formgrader and nbgrader's commands see what they always see, and marks of a human survive.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import Config, PyFileConfigLoader

from autograder import submission
from autograder.judge import Result
from autograder.preprocessors import Judge
from autograder.submission import Submission, placeholder
from labkit.build import build
from labkit.course import Lab
from labkit.workbook import HOME

CONFIG = "nbgrader_config.py"


class NothingToGrade(ValueError):
    """There is no submission to grade; the message says where they should be."""


def collect(course: Path, lab: str | None = None, student: str | None = None) -> list[Submission]:
    """Return what was handed in, one submission for each student and lab, in the order of their names.

    Raises:
        NothingToGrade: nothing was, or nothing of this lab or student.
    """
    top = course / "submitted"
    found = []
    for folder in sorted(path for path in top.glob("*/*") if path.is_dir() or path.is_symlink()):
        known = next((one for one in submission.course().labs if one.id == folder.name), None)
        if known and lab in (None, known.id) and student in (None, folder.parent.name):
            found.append(_choose(folder, known))
    if not found:
        who = f" of {student}" if student else ""
        raise NothingToGrade(
            f"Nothing{who} to grade: put notebooks at {top}/STUDENT/{lab or 'LAB'}/{lab or 'LAB'}.ipynb, "
            "or run `nbgrader collect` or `nbgrader zip_collect` first."
        )
    return found


def record(course: Path, results: Iterable[Result]) -> list[Result]:
    """Write results into the gradebook and feedback/; a result that nbgrader refuses comes back with an incident."""
    recorded = []
    with _nbgrader(course) as config, tempfile.TemporaryDirectory(prefix="grading-") as stage:
        for lab in _labs(results):
            release(course, lab, only_if_missing=True)
        for result in results:
            refusal = _record(config, Path(stage), result)
            recorded.append(replace(result, incidents=(*result.incidents, refusal)) if refusal else result)
    return recorded


def release(course: Path, lab: Lab, only_if_missing: bool = False) -> None:
    """Write a lab's source into a course directory, and its release with nbgrader's generate_assignment."""
    released = course / "release" / lab.id / f"{lab.id}.ipynb"
    if only_if_missing and released.exists() and (course / "gradebook.db").exists():
        return
    place = Path("source") / lab.id / f"{lab.id}.ipynb"
    (course / place).parent.mkdir(parents=True, exist_ok=True)
    (course / place).write_text(build(HOME)[place], encoding="utf-8")
    with _nbgrader(course) as config:
        _convert(GenerateAssignment, config, lab.id)


def database(course: Path) -> str:
    """Return the address of the course directory's gradebook, as its configuration says."""
    with _nbgrader(course) as config:
        return str(CourseDirectory(config=config).db_url)


def _choose(folder: Path, lab: Lab) -> Submission:
    """Return a student's submission of a lab: the notebook of the right name, or the only one there is."""
    student = folder.parent.name
    right = folder / f"{lab.id}.ipynb"
    others = sorted(path for path in folder.glob("*.ipynb") if path != right)
    if folder.is_symlink() or folder.parent.is_symlink():
        return Submission(right, lab, student, incidents=("The folder is a symbolic link; links are not followed.",))
    if right.exists() or right.is_symlink():
        ignored = f"Besides {right.name} there is {', '.join(path.name for path in others)}; {right.name} was judged."
        chosen = submission.read(right, lab.id, student)
        return chosen.noting(ignored) if others else chosen
    if len(others) == 1:
        wrong_name = f"The notebook is called {others[0].name} instead of {right.name}."
        chosen = submission.read(others[0], lab.id, student)
        if chosen.lab == lab:
            return chosen.noting(wrong_name)
        return Submission(right, lab, student, incidents=(wrong_name, "It belongs to another lab."))
    reason = "There is no notebook." if not others else f"There are {len(others)} notebooks, none called {right.name}."
    return Submission(right, lab, student, incidents=(reason,))


def _record(config: Config, stage: Path, result: Result) -> str:
    """Take one result through nbgrader's autograde and generate_feedback; returns why that failed, if it did."""
    lab, student = result.submission.lab, result.submission.student
    assert lab is not None
    assert student is not None
    folder = stage / student / lab.id
    folder.mkdir(parents=True)
    nbformat.write(placeholder(result.submission, lab), folder / f"{lab.id}.ipynb")
    timestamp = result.submission.source.parent / "timestamp.txt"
    if timestamp.is_file() and not timestamp.is_symlink():
        (folder / timestamp.name).write_bytes(timestamp.read_bytes()[:100])
    staged = Config(config)
    staged.CourseDirectory.submitted_directory = str(stage)
    Judge.ready[student, lab.id] = result
    try:
        _convert(_Recording, staged, lab.id, student)
        _convert(_Feedback, staged, lab.id, student)
    except Exception as problem:  # noqa: BLE001 (whatever it is, the batch goes on)
        return f"nbgrader did not record it: {type(problem).__name__}: {problem}"
    finally:
        del Judge.ready[student, lab.id]
    return ""


class _OneByName:
    """nbgrader finds notebooks by glob, which a student called `[x]` would upset: these take the one that is meant."""

    coursedir: CourseDirectory
    assignments: dict[str, list[str]]

    def init_notebooks(self) -> None:
        lab = self.coursedir.assignment_id
        folder = self._format_source(lab, self.coursedir.student_id)  # type: ignore[attr-defined]
        self.assignments = {folder: [str(Path(folder) / f"{lab}.ipynb")]}


class _Recording(_OneByName, Autograde):
    pass


class _Feedback(_OneByName, GenerateFeedback):
    pass


def _convert(converter: type, config: Config, lab: str, student: str = "*") -> None:
    """Run one of nbgrader's converters on a lab of one student."""
    directory = CourseDirectory(config=config)
    directory.assignment_id = lab
    directory.student_id = student
    running = converter(coursedir=directory, config=config)
    running.log.setLevel(logging.CRITICAL)
    running.force = True
    running.start()


@contextmanager
def _nbgrader(course: Path) -> Iterator[Config]:
    """Load the course directory's configuration, or else the repository's, and make ready for nbgrader to run."""
    own = course / CONFIG
    config = PyFileConfigLoader(CONFIG, path=str(course if own.exists() else HOME)).load_config()
    config.CourseDirectory.root = str(course.resolve())
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])  # nbgrader calls alembic by name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own, of its database layer
            yield config
    finally:
        os.environ["PATH"] = path


def _labs(results: Iterable[Result]) -> list[Lab]:
    labs = {result.submission.lab.id: result.submission.lab for result in results if result.submission.lab}
    return list(labs.values())
