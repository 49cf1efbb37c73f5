"""lab04, worked through in JupyterLab from its first cell to its last."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from autograder.authoring.stubs import unmarked
from labkit.sections import parse

from .notebook import Notebook
from .test_lab01_in_jupyterlab import judged
from .workbench_copy import REPOSITORY

LAB = "lab04_errors"
ALL_CELLS = 240
"""How many seconds all cells together may take: the module is started in four ways, on a loaded machine."""

pytestmark = pytest.mark.timeout(600)

EXERCISES = {"not_found": 2, "conflict": 2, "model_not_loaded": 3, "problem_details": 4, "unexpected": 4}
REFERENCE = (REPOSITORY / "solutions" / f"{LAB}.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section for section in parse(unmarked(REFERENCE))}


def solved(name: str) -> str:
    """The cell of a section, with its solution."""
    return f"%%section {name}\n{SOLUTION[name].source.rstrip()}"


def test_the_lab_from_top_to_bottom(page, fresh, picture, tmp_path):
    """With the solutions filled in every exercise is correct, and every fault comes back as it should."""
    notebook = Notebook.open(page, fresh, LAB)
    for place, source in enumerate(notebook.sources()):
        if source.startswith("%%section") and (name := source.split()[1]) in EXERCISES:
            notebook.type(place, solved(name))
    page.set_default_timeout(ALL_CELLS * 1000)
    notebook.restart_and_run_all()
    for name, points in EXERCISES.items():
        place = notebook.find(f'lab.check("{name}")')
        assert f"✓ {name}: correct, {points} of {points} point" in notebook.text(place)
        notebook.shown(place).scroll_into_view_if_needed()
        picture(name)
    place = notebook.find("lab.inject()")
    assert re.search(r"Fault injector: (\d+) of \1 as expected", notebook.text(place))
    grid = notebook.shown(place).locator("table.status-grid")
    expect(grid).to_have_count(1)
    expect(grid.locator("td[data-tone]")).to_have_count(30)
    expect(grid.locator("td[data-tone=good]")).to_have_count(30)
    notebook.scroll_to(place)
    picture("injector", readme="lab04.png")
    log = notebook.find("print(*[line for line in lab.server.log")
    mine, servers = notebook.text(log).strip().splitlines()
    assert re.search(r"ERROR lab04: request [0-9a-f-]{36} failed", mine)
    assert "Exception in ASGI application" in servers
    assert "15 of 15 points" in notebook.text(notebook.find("lab.progress()"))
    assert notebook.stderr() == []
    notebook.save()
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == EXERCISES


def test_what_a_new_student_sees(page, fresh, picture):
    """With nothing filled in each exercise is not attempted, and the fault injector shows what is open."""
    notebook = Notebook.open(page, fresh, LAB)
    page.set_default_timeout(ALL_CELLS * 1000)
    notebook.restart_and_run_all()
    for name in EXERCISES:
        assert f"○ {name}: not attempted" in notebook.text(notebook.find(f'lab.check("{name}")'))
    place = notebook.find("lab.inject()")
    grid = notebook.shown(place).locator("table.status-grid")
    expect(grid.locator("td[data-tone=good]")).to_have_count(1)
    assert "✗ 404 JSON, expected 404 problem" in notebook.text(place)
    notebook.scroll_to(place)
    picture("injector-light")
    notebook.theme("Dark")
    notebook.scroll_to(place)
    picture("injector-dark")
