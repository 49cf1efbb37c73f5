"""Where things are: the workbook's folders, whether a notebook runs in the repository, a bundle or elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
"""The folder that labkit was installed from: the repository, the student's bundle, or site-packages."""
NO_CONFIG = HOME / "labkit" / "checks" / "checks.ini"
"""A configuration of pytest that says nothing, so that no pytest.ini around a notebook is read."""


@dataclass(frozen=True)
class Checks:
    """The files in which a lab's checks stand. `hidden` is None where a student runs them."""

    visible: Path
    hidden: Path | None = None

    @property
    def files(self) -> list[Path]:
        """The visible file, then the hidden one if there is one."""
        return [self.visible, *([self.hidden] if self.hidden and self.hidden.exists() else [])]


@dataclass(frozen=True)
class Workbook:
    """The folders one notebook works with.

    Attributes:
        labs: where its module is written.
        grading: None, or how nbgrader runs the notebook: "autograde" or "validate".
    """

    labs: Path
    grading: str | None = None

    def module(self, lab: str) -> Path:
        """The module that a lab's notebook writes."""
        return self.labs / f"{lab}.py"

    def checks(self, lab: str) -> Checks:
        """The checks of a lab. Hidden ones are there only for an instructor whose nbgrader autogrades."""
        hidden = HOME / "autograder" / "hidden" / f"{lab}.py" if self.grading == "autograde" else None
        return Checks(HOME / "autograder" / "checks" / f"{lab}.py", hidden)


def find(start: Path | None = None) -> Workbook:
    """Find the workbook for a notebook that runs in `start` (by default the current folder).

    Under nbgrader's own execution the module goes beside the notebook, never into the workbook's labs/. In a
    workbook it goes into labs/ at its top. Anywhere else, as in a folder fetched through nbgrader's exchange, it
    goes into a labs/ beside the notebook.
    """
    here = (start or Path.cwd()).resolve()
    grading = os.environ.get("NBGRADER_EXECUTION")
    if grading:
        return Workbook(here, grading)
    return Workbook((around(here) or here) / "labs")


def around(start: Path) -> Path | None:
    """Return the top of the workbook that a folder lies in: a repository, a bundle, or what `labkit lab` has laid."""
    here = start.resolve()
    for folder in (here, *here.parents):
        signs = (folder / "labkit" / "course.json", folder / "labs" / "README.md")
        if (folder / "notebooks").is_dir() and any(sign.exists() for sign in signs):
            return folder
    return None
