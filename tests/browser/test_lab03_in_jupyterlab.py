"""lab03, worked through in JupyterLab as a student does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from autograder.authoring.stubs import unmarked
from labkit.sections import parse

from .notebook import Notebook
from .workbench_copy import REPOSITORY

LONG = 600
"""How many seconds a whole notebook may take, model, loads and all, on a loaded machine."""
POINTS = {"lifespan": 3, "predict": 3, "confidence": 2, "batch": 4, "def_or_async": 2}
REFERENCE = (REPOSITORY / "solutions" / "lab03_serving.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section.source.rstrip() for section in parse(unmarked(REFERENCE))}


@pytest.fixture
def serving(page, fresh):
    """The notebook of lab03, open, with every section solved and not one cell run."""
    page.context.set_default_timeout(LONG * 500)
    notebook = Notebook.open(page, fresh, "lab03_serving")
    for name in POINTS:
        notebook.type(notebook.find(f"%%section {name}"), f"%%section {name}\n{SOLUTION[name]}")
    return notebook


@pytest.mark.timeout(LONG)
def test_the_notebook_runs_from_top_to_bottom(serving, picture):
    """With the solutions filled in every cell runs, every verdict is correct, and nothing goes to stderr."""
    serving.restart_and_run_all()
    for name, points in POINTS.items():
        assert f"✓ {name}: correct, {points} of {points} points" in serving.text(serving.find(f'lab.check("{name}")'))
    for number, beginning in enumerate(
        ("import matplotlib", "from sklearn.metrics", "lab.together", "from labkit.labs.lab03_serving.decision_surface")
    ):
        place = serving.find(beginning)
        drawn = serving.shown(place).locator("img, .lanes, svg.plane").first
        drawn.scroll_into_view_if_needed()
        expect(drawn).to_be_visible()
        picture(f"{number}-{re.sub('[^a-z]+', '-', beginning)}")
    serving.cell(serving.find("lab.progress()"))
    picture("9-progress")
    assert "14 of 14 points" in serving.text(serving.find("lab.progress()"))
    assert "1 load of the model" in serving.text(serving.find("for step in range(50)"))
    assert serving.stderr() == []


@pytest.mark.timeout(LONG)
def test_a_coroutine_that_computes_holds_the_server_up(serving, picture):
    """With the function that most write first, GET /model waits for the predictions, and the check says why."""
    blocking = "async def ask(method, rows):\n    return method(rows)"
    serving.type(serving.find("%%section def_or_async"), f"%%section def_or_async\n{blocking}")
    serving.restart_and_run_all()
    place = serving.find("lab.together")
    waits = re.search(r"GET /model\s+\| *(░+)█", serving.text(place))  # in columns, of 40 for 1.2 s
    assert waits
    assert len(waits[1]) > 20
    serving.shown(place).scroll_into_view_if_needed()
    picture("gantt")
    assert "find the async def that calls the model" in serving.check("def_or_async")
    assert serving.stderr() == []


@pytest.mark.timeout(LONG)
def test_the_flower_is_dragged(serving, page, picture):
    """A move of a slider asks the server and moves the flower; the model is still loaded once."""
    serving.restart_and_run_all()
    place = serving.find("from labkit.labs.lab03_serving.decision_surface")
    drawn = serving.shown(place)
    drawn.scroll_into_view_if_needed()
    flower = drawn.locator("svg.plane .flower")
    before = flower.get_attribute("transform")
    requests = drawn.locator(".badge", has_text="requests")
    asked = requests.inner_text()
    handle = drawn.locator(".widget-hslider .noUi-handle").first
    handle.focus()
    for _ in range(15):
        handle.press("ArrowLeft")
    expect(flower).not_to_have_attribute("transform", before)
    expect(requests).not_to_have_text(asked)
    expect(drawn.locator(".badge", has_text="1 load of the model")).to_have_class(re.compile("good"))
    picture("moved")
    picture("surface", drawn, readme="lab03.png")
    drawn.locator("select").first.select_option("sepal width")
    expect(drawn.locator(".widget-hslider", has_text="sepal width")).to_be_visible()
    picture("turned")
    serving.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert serving.stderr() == []
