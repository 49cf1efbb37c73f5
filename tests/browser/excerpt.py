"""A lab's notebook cut down to some of its cells, its sections solved: what a picture needs, and the picture."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from autograder.authoring.stubs import unmarked
from labkit import course
from labkit.sections import parse

from .workbench_copy import REPOSITORY

GIVEN = ("open", "setup")
"""What every notebook begins with, by the names of the cells."""


def points(lab: str) -> dict[str, int]:
    """What each exercise of a lab is worth, in their order."""
    return {exercise.id: int(exercise.points) for exercise in course.load().lab(lab).exercises}


def solutions(lab: str) -> dict[str, str]:
    """The solved cell of each section of a lab."""
    reference = (REPOSITORY / "solutions" / f"{lab}.py").read_text(encoding="utf-8")
    return {section.name: _cell(section.name, section.source, section.before) for section in parse(unmarked(reference))}


def _cell(name: str, source: str, before: str | None) -> str:
    place = f" --before {before}" if before else ""
    return f"%%section {name}{place}\n{source.rstrip()}"


def excerpt(lab: str, *sections: str, cells: str = "", **changed: str) -> str:
    """The text of a notebook with these sections solved, and the other cells in which a pattern is found.

    Cells are the ones of the built notebook, in its order. A section that is given by name holds what is given.
    """
    text = (REPOSITORY / "notebooks" / f"{lab}.ipynb").read_text(encoding="utf-8")
    notebook: dict[str, Any] = json.loads(text)
    written = {name: source for name, source in solutions(lab).items() if name in sections} | changed
    kept = []
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in written:
            kept.append(cell | {"source": written[name]})
        elif cell["cell_type"] == "code" and (name in GIVEN or (cells and re.search(cells, "".join(cell["source"])))):
            kept.append(cell)
    return json.dumps(notebook | {"cells": kept})


def lay(root: Path, lab: str, *sections: str, cells: str = "", **changed: str) -> None:
    """Put an excerpt in the place of a workbook's notebook."""
    (root / "notebooks" / f"{lab}.ipynb").write_text(excerpt(lab, *sections, cells=cells, **changed), encoding="utf-8")
