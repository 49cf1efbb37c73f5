"""Knows without opening the gradebook that nothing has changed since everything was written.

Opening the gradebook takes a second, reading a class of marks another. So at the end of a run the state of all files
that the marks, the feedback and the reports depend on is noted: where it is still the same, there is nothing to do. A
gradebook in a database server has no file, so it is opened every time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.grading.store import Store
from autograder.reports import TEMPLATES
from labkit.paths import HOME

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

CONFIG = "nbgrader_config.py"
GRADES, REPORT = "grades.csv", "report.html"
_STUDENT, _LAB = "\0student", "\0lab"


class Seal:
    """The seal of one course directory."""

    def __init__(self, course: Path, memory: Store, agreed: Sequence[Path] = ()) -> None:
        """Seal a course directory; `agreed` are the files that say what holds for the class."""
        self._course, self._memory, self._agreed = course, memory, agreed

    def holds(self) -> bool:
        """Whether nothing has changed since it was closed."""
        noted = self._memory.fact("seal")
        return bool(noted) and noted == self._state(json.loads(self._memory.fact("places"))["gradebook"])

    def has_files(self, lab: str, student: str) -> bool:
        """Whether what was written for a submission is still there."""
        places = json.loads(self._memory.fact("places"))
        files = (("autograded", f"{lab}.ipynb"), ("feedback", f"{lab}.html"))
        return all(
            (Path(places[step].replace(_STUDENT, student).replace(_LAB, lab)) / name).exists() for step, name in files
        )

    def open(self) -> None:
        """Note that from here on things change."""
        self._memory.note("seal", "")

    def close(self, book: Gradebook) -> None:
        """Note that everything is written."""
        places = {step: str(book.place(step, _LAB, _STUDENT)) for step in ("autograded", "feedback")}
        self._memory.note("places", json.dumps(places | {"gradebook": str(book.file or "")}))
        self._memory.note("seal", self._state(str(book.file)) if book.file else "")

    def _state(self, gradebook: str) -> str:
        own = self._course / CONFIG
        files = [Path(gradebook), Path(f"{gradebook}-wal"), own if own.exists() else HOME / CONFIG]
        shown = [self._course / GRADES, self._course / REPORT, *HOME.glob("autograder/**/*.py"), *TEMPLATES.iterdir()]
        return json.dumps([_stat(path) for path in [*files, *sorted(shown), *self._agreed]])


def _stat(path: Path) -> tuple[str, int, int, int]:
    try:
        status = path.stat()
        return str(path), status.st_ino, status.st_mtime_ns, status.st_size
    except OSError:
        return str(path), 0, 0, 0
