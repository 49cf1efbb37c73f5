"""Puts a submitted notebook in order and writes verdicts into it, in the form that nbgrader reads.

nbgrader's own commands come here through autograder.gradebook.preprocessors; `python -m autograder grade` comes here
directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.authoring.notebooks import cell_metadata
from autograder.submissions import cells, submission
from autograder.submissions.cells import Piece
from labkit.course import Exercise, Lab
from labkit.sections import Section
from labkit.verdict import Verdict

OURS = "labkit"
"""The key under which we keep notes in metadata."""


def repair(nb: NotebookNode, lab: Lab) -> list[str]:
    """Give every cell its own metadata again and add check cells that were deleted; return what was repaired.

    The notebook notes it as well.
    """
    found = cells.find(nb, lab, submission.course().stubs.get(lab.id, {}))
    earlier = nb.metadata.get(OURS, {}).get("incidents", [])
    nb.metadata[OURS] = {"incidents": [*earlier, *found.incidents]}
    pieces, exercises = found.pieces(), {place: lab.exercise(name) for name, place in found.checks.items()}
    nb.cells = [
        new
        for index, cell in enumerate(nb.cells)
        for new in _repaired(cell, exercises.get(index), pieces.get(index, []), found)
    ]
    for exercise in lab.exercises:
        if exercise.id not in found.checks:
            nb.cells.insert(_place(nb, exercise), _check_cell(exercise))
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number}"
    return found.incidents


def write(nb: NotebookNode, verdicts: Iterable[Verdict], incidents: Sequence[str]) -> None:
    """Fill in the outputs of the check cells, and tell the student what was unusual."""
    by_cell = {f"check-{verdict.exercise}": verdict for verdict in verdicts}
    for cell in nb.cells:
        if verdict := by_cell.get(cells.grade_id(cell)):
            fill(cell, verdict)
    if incidents:
        lines = "\n".join(f"- {incident}" for incident in incidents)
        nb.cells.insert(0, new_markdown_cell(f"**Seen while grading**\n\n{lines}", id="incidents"))


def fill(cell: NotebookNode, verdict: Verdict) -> None:
    """Write a verdict into a check cell in the form that nbgrader reads.

    Points are exactly one numeric result. Zero has to be an error. What the student reads goes to stdout, because a
    graded cell with any output on stderr scores nothing.
    """
    most = float(cell.metadata["nbgrader"]["points"])
    points = min(verdict.points, most)  # above the maximum, nbgrader would fail the whole submission
    shown = new_output("stream", name="stdout", text=f"{verdict}\n")
    if points > 0:
        mark = new_output("execute_result", data={"text/plain": repr(points)}, execution_count=None)
    else:
        mark = new_output("error", ename="NothingEarned", evalue=verdict.headline, traceback=[verdict.headline])
    cell.outputs = [shown, mark]
    cell.metadata[OURS] = {"outcome": verdict.outcome.value}


def restore(nb: NotebookNode, lab: Lab) -> dict[str, bool]:
    """Give each cell the checksum of its release, and a locked one its text; say which sections nobody has touched.

    This is what nbgrader's OverwriteKernelspec and OverwriteCells do from the gradebook.
    """
    given = submission.released(lab)
    nb.metadata["kernelspec"] = given.metadata["kernelspec"]
    originals = {cells.grade_id(cell): cell for cell in given.cells if cells.grade_id(cell)}
    untouched = {}
    for cell in nb.cells:
        original = originals.get(cells.grade_id(cell))
        if original is None:
            continue
        cell.metadata["nbgrader"]["checksum"] = original.metadata["nbgrader"]["checksum"]
        if original.metadata["nbgrader"].get("locked"):
            cell.source = original.source
        else:
            untouched[cells.grade_id(cell)] = cell.source == original.source
    return untouched


def _repaired(
    cell: NotebookNode, exercise: Exercise | None, pieces: list[Piece], found: cells.Findings
) -> list[NotebookNode]:
    """Return what becomes of a cell: itself, or one cell for each of the sections that were merged into it."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("nbgrader", OURS)}
    if exercise:
        return [_check_cell(exercise, metadata)]
    if not pieces:
        identity = cells.grade_id(cell)
        cell.metadata = NotebookNode(metadata)
        if identity == "open":
            cell.metadata["nbgrader"] = cell_metadata("open", locked=True)
        return [cell]
    new = []
    for piece in pieces:
        counts = found.sections.get(piece.section.name) is piece
        own = {"nbgrader": cell_metadata(piece.section.name, solution=True)} if counts else {}
        new.append(new_code_cell(_source(piece.section), metadata=metadata | own))
    return new


def _source(section: Section) -> str:
    before = f" --before {section.before}" if section.before else ""
    return f"%%section {section.name}{before}\n{section.source.rstrip()}"


def _check_cell(exercise: Exercise, metadata: dict[str, Any] | None = None) -> NotebookNode:
    own = {"nbgrader": cell_metadata(f"check-{exercise.id}", grade=True, locked=True, points=exercise.points)}
    return NotebookNode(new_code_cell(f'lab.check("{exercise.id}")', metadata=(metadata or {}) | own))


def _place(nb: NotebookNode, exercise: Exercise) -> int:
    """Where a check cell belongs: below its section, or at the end."""
    names = [cells.grade_id(cell) for cell in nb.cells]
    return names.index(exercise.id) + 1 if exercise.id in names else len(names)
