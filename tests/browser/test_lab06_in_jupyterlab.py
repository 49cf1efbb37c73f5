"""lab06, worked through in JupyterLab as a student does."""

from __future__ import annotations

import pytest

from labkit.sections import parse
from labkit.stubs import unmarked

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


@pytest.fixture
def lab06(page, fresh) -> Notebook:
    """The lab's notebook. A check runs tests dozens of times, which takes a loaded machine a while."""
    page.context.set_default_timeout(600_000)
    return Notebook.open(page, fresh, LAB)


@pytest.mark.timeout(2400)
def test_every_exercise_and_the_arena(lab06, fresh, picture, tmp_path):
    """Each verdict is `not attempted` at first and `correct` in the end; a weak test is told what it lets pass."""
    assert "0 of 16 points" in lab06.run(lab06.find("import labkit"))
    picture("1-opened")
    lab06.run(lab06.find("%%section setup"))
    lab06.run(lab06.find("import pathlib"))
    for name, points in EXERCISES.items():
        place = lab06.find(f"%%section {name}")
        lab06.run(place)
        assert f"○ {name}: not attempted, 0 of {points} point" in lab06.check(name)
        if name == "happy_path":
            lab06.write(place, WEAK)
            said = lab06.check(name)
            assert "✗ mislabel: answers with the name of another class" in said
            assert "test_it_answers passed" in said
            picture("2-weak")
            assert "✗ mislabel        survives" in (text := lab06.run(lab06.find("lab.arena()"))), text
            lab06.shown(lab06.find("lab.arena()")).scroll_into_view_if_needed()
            picture("3-arena-half")
        lab06.write(place, f"%%section {name}\n{SOLUTION[name]}")
        assert f"✓ {name}: correct, {points} of {points} point" in lab06.check(name)
        picture(f"4-{name}")
    arena = lab06.find("lab.arena()")
    assert "Mutant arena: 12 killed" in lab06.run(arena)
    lab06.shown(arena).scroll_into_view_if_needed()
    picture("5-arena")
    assert "16 of 16 points" in lab06.run(lab06.find("lab.progress()"))
    assert lab06.stderr() == []
    lab06.save()
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == EXERCISES
