"""What nbgrader_config.py puts in place of nbgrader's own steps. Notebooks of other courses go nbgrader's own way.

ClearSolutions   strips the solution regions as the build does, so release/ holds the notebook that stands in notebooks/
Repair           in place of DeduplicateIds: every cell of the lab has its own metadata again, every check cell is there
Judge            in place of Execute: fills the check cells' outputs with what the judge found
SaveGrades       in place of SaveAutoGrades: asks for a human where a check failed by itself
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader import preprocessors as stock

from autograder import cells, submission
from autograder.judge import Result, judge
from labkit.build import cell_metadata, stub_cell
from labkit.course import Exercise, Lab
from labkit.sections import Section
from labkit.verdict import Outcome, Verdict

_OURS = "labkit"
"""The key under which we keep notes in metadata."""


class ClearSolutions(stock.ClearSolutions):
    """Strips section cells as `make build` does."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Strip every section cell of a lab's notebook."""
        if _lab(resources) is None:
            return super().preprocess(nb, resources)
        for cell in nb.cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = stub_cell(cell.source)
        return nb, resources


class Repair(stock.DeduplicateIds):
    """Gives every cell of a submitted notebook its own metadata again, and adds check cells that were deleted."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repair the notebook, and note in it what was done."""
        lab = _lab(resources)
        if lab is None:
            return super().preprocess(nb, resources)
        found = cells.find(nb, lab, submission.course().stubs.get(lab.id, {}))
        for incident in found.incidents:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], incident)
        earlier = nb.metadata.get(_OURS, {}).get("incidents", [])
        nb.metadata[_OURS] = {"incidents": [*earlier, *found.incidents]}
        nb.cells = [new for index, cell in enumerate(nb.cells) for new in _repaired(index, cell, lab, found)]
        for exercise in lab.exercises:
            if exercise.id not in found.checks:
                nb.cells.insert(_place(nb, exercise), _check_cell(exercise))
        for number, cell in enumerate(nb.cells):
            cell.id = f"cell-{number}"
        return nb, resources


class Judge(stock.Execute):
    """Judges the notebook without executing it, and writes what it came to into the check cells."""

    ready: ClassVar[dict[tuple[str, str], Result]] = {}
    """Results that are there already, by student and lab: `python -m autograder grade` judges first, then records."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the outputs of the check cells, and tell the student what was unusual."""
        resources = resources or {}
        lab = _lab(resources)
        if lab is None:
            return super().preprocess(nb, resources, km)
        student = resources["nbgrader"]["student"]
        result = self.ready.get((student, lab.id)) or self._judge(nb, lab, student)
        verdicts = {f"check-{verdict.exercise}": verdict for verdict in result.verdicts}
        for cell in nb.cells:
            if verdict := verdicts.get(cells.grade_id(cell)):
                fill(cell, verdict)
        if result.incidents:
            lines = "\n".join(f"- {incident}" for incident in result.incidents)
            nb.cells.insert(0, new_markdown_cell(f"**Seen while grading**\n\n{lines}", id="incidents"))
        return nb, resources

    def _judge(self, nb: NotebookNode, lab: Lab, student: str) -> Result:
        handed_in = submission.notebook(nb, lab, Path(f"{lab.id}.ipynb"), student)
        incidents = nb.metadata.get(_OURS, {}).get("incidents", [])
        return judge(replace(handed_in, incidents=tuple(dict.fromkeys([*incidents, *handed_in.incidents]))))


class SaveGrades(stock.SaveAutoGrades):
    """Saves the points; where a check failed by itself, a human is asked to look at the cell."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if cell.metadata.get(_OURS, {}).get("outcome") == Outcome.CHECKER_ERROR:
            metadata = cell.metadata["nbgrader"]
            grade = self.gradebook.find_grade(
                metadata["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()


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
    cell.metadata[_OURS] = {"outcome": verdict.outcome.value}


def _lab(resources: Mapping[str, Any]) -> Lab | None:
    """The lab whose notebook is converted; None for any other notebook."""
    name = resources.get("nbgrader", {}).get("notebook")
    return next((lab for lab in submission.course().labs if lab.id == name), None)


def _repaired(index: int, cell: NotebookNode, lab: Lab, found: cells.Findings) -> list[NotebookNode]:
    """Return what becomes of a cell: itself, or one cell for each of the sections that were merged into it."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("nbgrader", _OURS)}
    exercise = next((name for name, place in found.checks.items() if place == index), None)
    if exercise:
        return [_check_cell(lab.exercise(exercise), metadata)]
    pieces = found.pieces(index)
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
    return new_code_cell(f'lab.check("{exercise.id}")', metadata=(metadata or {}) | own)


def _place(nb: NotebookNode, exercise: Exercise) -> int:
    """Where a check cell belongs: below its section, or at the end."""
    names = [cells.grade_id(cell) for cell in nb.cells]
    return names.index(exercise.id) + 1 if exercise.id in names else len(names)
