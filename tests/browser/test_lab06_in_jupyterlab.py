"""lab06, worked through in JupyterLab as a student does."""

from __future__ import annotations

import pytest

from autograder.authoring.stubs import unmarked
from labkit.sections import parse

from .notebook import Notebook
from .test_lab01_in_jupyterlab import judged
from .workbench_copy import REPOSITORY

LAB = "lab06_testing"
EXERCISES = {"client_fixture": 2, "happy_path": 3, "bad_input": 4, "failures": 4, "invariants": 3}
REFERENCE = (REPOSITORY / "solutions" / f"{LAB}.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section.source.rstrip() for section in parse(unmarked(REFERENCE))}
WEAK = """%%section happy_path
def test_it_answers(client):
    assert client.post("/predict", json={"features": SETOSA}).status_code == 200"""


def solved(name: str) -> str:
    """The cell of a section, with its solution."""
    return f"%%section {name}\n{SOLUTION[name]}"


@pytest.fixture
def lab06(page, fresh) -> Notebook:
    """The lab's notebook. A check runs tests dozens of times, which takes a loaded machine a while."""
    page.context.set_default_timeout(600_000)
    return Notebook.open(page, fresh, LAB)


@pytest.mark.timeout(2400)
def test_from_a_weak_test_to_full_marks(lab06, fresh, picture, tmp_path):
    """A weak test is told what it lets pass, the arena shows it, and the solutions earn every point."""
    assert "0 of 16 points" in lab06.run(lab06.find("import labkit"))
    lab06.run(lab06.find("%%section setup"))
    section, arena = lab06.find("%%section happy_path"), lab06.find("lab.arena()")
    lab06.run(section)
    assert "○ happy_path: not attempted, 0 of 3 points" in lab06.check("happy_path")
    lab06.write(lab06.find("%%section client_fixture"), solved("client_fixture"))
    lab06.write(section, WEAK)
    said = lab06.check("happy_path")
    assert "✗ mislabel: answers with the name of another class" in said
    assert "test_it_answers passed" in said
    picture("1-weak")
    assert "Mutant arena: 2 killed, 2 alive, 8 not tried" in lab06.run(arena)
    lab06.scroll_to(arena)
    picture("2-arena")
    picture("arena", lab06.shown(arena), readme="lab06.png")
    for name in EXERCISES:
        lab06.write(lab06.find(f"%%section {name}"), solved(name))
    for name, points in EXERCISES.items():
        assert f"✓ {name}: correct, {points} of {points} points" in lab06.check(name)
    picture("3-last-verdict")
    assert "16 of 16 points" in lab06.run(lab06.find("lab.progress()"))
    assert lab06.stderr() == []
    lab06.save()
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == EXERCISES
