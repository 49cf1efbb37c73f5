"""nbgrader's course directory: its configuration, its gradebook's address, and the release of a lab."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from labkit.course import Lab
from labkit.paths import HOME

CONFIG = "nbgrader_config.py"


def directory(course: Path) -> CourseDirectory:
    """Return the course directory as its own configuration describes it, or else the repository's."""
    own = course / CONFIG
    config = PyFileConfigLoader(CONFIG, path=str(course if own.exists() else HOME)).load_config()
    config.CourseDirectory.root = str(course.resolve())
    described = CourseDirectory(config=config)
    if not described.course_id and not described.db_url.startswith("sqlite"):
        # nbgrader makes no course without a name and refers to it all the same, which only SQLite lets pass.
        described.course_id = "default_course"
    return described


def has_gradebook(course: Path) -> bool:
    """Whether there is one; to open one that is not there would make it."""
    url = directory(course).db_url
    return not url.startswith("sqlite") or Path(url.partition(":///")[2]).exists()


def release(course: Path, lab: Lab) -> None:
    """Write a lab's source into a course directory, and its release with nbgrader's generate_assignment."""
    from nbgrader.converters import GenerateAssignment  # loads all of nbconvert

    from autograder.authoring.notebooks import source  # and all of jupytext

    place = Path("source") / lab.id / f"{lab.id}.ipynb"
    (course / place).parent.mkdir(parents=True, exist_ok=True)
    (course / place).write_text(source(HOME, lab), encoding="utf-8")
    own = directory(course)
    own.assignment_id = lab.id
    converter = GenerateAssignment(coursedir=own, config=own.config)
    converter.log.setLevel(logging.CRITICAL)
    converter.force = True
    with ready():
        converter.start()


@contextmanager
def ready() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by name, and keep the warnings of its database layer to itself."""
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.environ["PATH"] = path
