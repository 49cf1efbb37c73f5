"""What is handed out runs: every cell of a notebook before anything is written, in a kernel."""

import nbformat
import pytest
from support import kernels
from support.executed import troubles

import labkit
from autograder.authoring import stubs
from labkit import course, sections
from labkit.checks.servers import Servers
from labkit.environment import ROOT
from labkit.verdict import Outcome

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(600)]


of_the_lab = Servers.of_the_lab


def text(cell):
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


@pytest.mark.parametrize("lab", course.load().labs[1:], ids=lambda lab: lab.id)  # lab01's runs in a browser
def test_every_cell_runs_before_anything_is_written(lab, tmp_path):
    """With untouched stubs no cell raises or complains, and every exercise is not attempted."""
    book = nbformat.read(ROOT / "notebooks" / f"{lab.id}.ipynb", as_version=4)
    kernels.execute(book, tmp_path, allow_errors=True)  # outside of any workbook: in a folder of its own
    assert troubles(book) == []
    checks = {cell.source: text(cell) for cell in book.cells if cell.cell_type == "code"}
    for exercise in lab.exercises:
        assert checks[f'lab.check("{exercise.id}")'].startswith(f"○ {exercise.id}: not attempted")


@pytest.mark.parametrize(
    ("lab", "name", "elsewhere", "started"),
    [
        ("lab05_health", "readiness", "", False),
        ("lab05_health", "readiness", '\n\n@app.get("/readiness")\ndef ready():\n    return {}\n', True),
        ("lab03_serving", "def_or_async", "", True),
    ],
)
def test_nothing_is_started_for_what_nobody_has_written(workbook, monkeypatch, lab, name, elsewhere, started):
    """A check of an untouched stub answers at once, unless another section may have what the stub is going to have."""
    begun = []
    monkeypatch.setattr(Servers, "of_the_lab", lambda self, setup: begun.append(setup) or of_the_lab(self, setup))
    opened = labkit.open(lab)
    try:
        for section in sections.parse((ROOT / "solutions" / f"{lab}.py").read_text(encoding="utf-8")):
            opened.write(section.name, stubs.strip(section.source))
        if elsewhere:
            opened.write("health", '@app.get("/health")\ndef health():\n    return {}\n' + elsewhere)
        assert opened.judge(name).outcome is Outcome.NOT_ATTEMPTED
        assert bool(begun) == started
    finally:
        opened.server.stop()
