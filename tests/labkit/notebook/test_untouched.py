"""What is handed out runs: every cell of a notebook before anything is written, in a kernel."""

import os

import nbformat
import pytest
from nbclient import NotebookClient
from support.executed import troubles

from labkit import course
from labkit.environment import ROOT

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(600)]


def text(cell):
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


@pytest.mark.parametrize("lab", course.load().labs[1:], ids=lambda lab: lab.id)  # lab01's runs in a browser
def test_every_cell_runs_before_anything_is_written(lab, tmp_path):
    """With untouched stubs no cell raises or complains, and every exercise is not attempted."""
    book = nbformat.read(ROOT / "notebooks" / f"{lab.id}.ipynb", as_version=4)
    client = NotebookClient(book, timeout=500, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=os.environ | {"PYTHONPATH": str(ROOT)})  # outside of any workbook: in a folder of its own
    assert troubles(book) == []
    checks = {cell.source: text(cell) for cell in book.cells if cell.cell_type == "code"}
    for exercise in lab.exercises:
        assert checks[f'lab.check("{exercise.id}")'].startswith(f"○ {exercise.id}: not attempted")
