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
from typing import Any

from nbformat import NotebookNode
from nbgrader import preprocessors as stock

from autograder.authoring.notebooks import stub_cell
from autograder.judging.judge import Result, judge
from autograder.submissions import annotate, submission
from autograder.submissions.annotate import OURS
from labkit.course import Lab
from labkit.verdict import Outcome


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
        for incident in annotate.repair(nb, lab):
            self.log.warning("%s: %s", resources["nbgrader"]["student"], incident)
        return nb, resources


class Judge(stock.Execute):
    """Judges the notebook without executing it, and writes what it came to into the check cells."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the outputs of the check cells, and tell the student what was unusual."""
        resources = resources or {}
        lab = _lab(resources)
        if lab is None:
            return super().preprocess(nb, resources, km)
        student = resources["nbgrader"]["student"]
        result = self._judge(nb, lab, student)
        annotate.write(nb, result.verdicts, result.incidents)
        return nb, resources

    def _judge(self, nb: NotebookNode, lab: Lab, student: str) -> Result:
        handed_in = submission.notebook(nb, lab, Path(f"{lab.id}.ipynb"), student)
        incidents = nb.metadata.get(OURS, {}).get("incidents", [])
        return judge(replace(handed_in, incidents=tuple(dict.fromkeys([*incidents, *handed_in.incidents]))))


class SaveGrades(stock.SaveAutoGrades):
    """Saves the points; where a check failed by itself or is held, a human is asked to look at the cell."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if cell.metadata.get(OURS, {}).get("outcome") in (Outcome.CHECKER_ERROR, Outcome.HELD):
            metadata = cell.metadata["nbgrader"]
            grade = self.gradebook.find_grade(
                metadata["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()


def _lab(resources: Mapping[str, Any]) -> Lab | None:
    """The lab whose notebook is converted; None for any other notebook."""
    name = resources.get("nbgrader", {}).get("notebook")
    return next((lab for lab in submission.course().labs if lab.id == name), None)
