"""lab05, worked through in JupyterLab as a student does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from autograder.authoring.stubs import unmarked
from labkit.sections import parse

from .notebook import Notebook
from .test_lab01_in_jupyterlab import judged
from .workbench_copy import REPOSITORY

LAB = "lab05_health"
EXERCISES = {"health": 2, "readiness": 4, "request_id": 2, "timing": 2, "json_logs": 3, "metrics": 3}
REFERENCE = (REPOSITORY / "solutions" / f"{LAB}.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section.source.rstrip() for section in parse(unmarked(REFERENCE))}
WATCHED = "from labkit.labs.lab05_health.orchestrator"
LANES = [f"{model} model: {lane}" for model in ("slow", "no", "bad") for lane in ("alive", "ready", "traffic")]


@pytest.fixture
def notebook(page, fresh) -> Notebook:
    """The lab's notebook, open in JupyterLab."""
    page.context.set_default_timeout(250_000)  # its checks start processes, and its picture is a film
    return Notebook.open(page, fresh, LAB)


def begin(notebook: Notebook, *names: str) -> None:
    """Open the lab, and solve these exercises."""
    for beginning in ("import labkit", "from labkit.setup import training", "%%section setup"):
        notebook.run(notebook.find(beginning))
    for name in names:
        notebook.write(notebook.find(f"%%section {name}"), f"%%section {name}\n{SOLUTION[name]}")


def test_the_whole_notebook_with_the_solutions(notebook, fresh, picture, tmp_path):
    """With the solutions every cell runs from top to bottom, every check is correct, and nothing complains."""
    for name in EXERCISES:
        notebook.type(notebook.find(f"%%section {name}"), f"%%section {name}\n{SOLUTION[name]}")
    notebook.restart_and_run_all()
    for name, points in EXERCISES.items():
        place = notebook.find(f'lab.check("{name}")')
        assert f"✓ {name}: correct, {points} of {points} point" in notebook.text(place)
        notebook.shown(place).scroll_into_view_if_needed()
        picture(name)
    assert "16 of 16 points" in notebook.text(notebook.find("lab.progress()"))
    assert notebook.stderr() == []
    drawn = notebook.shown(notebook.find(WATCHED))
    tracks = drawn.locator("[data-lane]")
    expect(tracks).to_have_count(len(LANES))
    assert [track.get_attribute("data-lane") for track in tracks.all()] == LANES
    for event in ("crash", "restart", "drain"):
        expect(drawn.locator(".event", has_text=event)).to_have_count(1)
    drawn.scroll_into_view_if_needed()
    picture("orchestrator")
    picture("lanes", drawn, readme="lab05.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("orchestrator-dark")
    notebook.save()
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == EXERCISES


def test_the_notebook_before_anything_is_written(notebook, picture):
    """With untouched stubs every cell runs as well, and every exercise is not attempted."""
    notebook.restart_and_run_all()
    for name in EXERCISES:
        assert f"○ {name}: not attempted" in notebook.text(notebook.find(f'lab.check("{name}")'))
    drawn = notebook.shown(notebook.find(WATCHED))
    expect(drawn.locator('[data-lane="slow model: ready"]')).to_contain_text("404")
    drawn.scroll_into_view_if_needed()
    picture("orchestrator")
    assert notebook.stderr() == []


def test_a_readiness_that_lies_is_seen(notebook, picture):
    """If /readiness always says 200, the orchestrator sends predictions to a server that has no model."""
    begin(notebook, "health", "readiness")
    section = SOLUTION["readiness"]
    assert section.count("if not app.state.ready:") == 1
    lying = section.replace("if not app.state.ready:", "if False:")
    notebook.write(notebook.find("%%section readiness"), f"%%section readiness\n{lying}")
    assert "✗ readiness: incorrect" in notebook.check("readiness")
    place = notebook.find(WATCHED)
    notebook.run(place)
    drawn = notebook.shown(place)
    expect(drawn.locator('[data-lane="no model: traffic"]')).to_contain_text("failed")
    drawn.scroll_into_view_if_needed()
    picture("orchestrator")
    assert notebook.stderr() == []
