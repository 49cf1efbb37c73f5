"""The picture of lab08_concurrency: what the student's own code makes of a few numbers."""

import pytest

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT
from labkit.pictures import Tone

SOLUTION = stubs.unmarked((ROOT / "solutions" / "lab08_concurrency.py").read_text(encoding="utf-8"))
SQUARED = '@app.get("/double/{number}")\ndef double(number: int):\n    return {"double": number**2}\n'


@pytest.fixture
def lab(workbook):
    """The lab, solved."""
    opened = labkit.open("lab08_concurrency")
    for section in sections.parse(SOLUTION):
        opened.write(section.name, section.source)
    yield opened
    opened.server.stop()


# SKELETON: test your own picture, of right code and of wrong code
def test_each_number_that_is_doubled_is_as_expected(lab):
    """Every cell is good where the module doubles."""
    grid = lab.doubles()
    assert grid.count(Tone.GOOD) == len(grid.cells) == 3


def test_a_mistake_is_seen_where_it_shows(lab):
    """Where the module squares, 0 is as expected and 21 is not, and the picture says what came back."""
    lab.write("double", SQUARED)
    grid = lab.doubles()
    assert (grid["0", "double"].tone, grid["21", "double"].tone) == (Tone.GOOD, Tone.BAD)
    assert "{'double': 441}, expected {'double': 42}" in str(grid)
