"""lab01 in JupyterLab, worked through as a student does: what all notebooks have in common."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

from labkit.live.tracing import STEPS

from .conftest import LAB
from .excerpt import points, solutions
from .workbench_copy import REPOSITORY


def test_every_exercise_from_not_attempted_to_correct(notebook, fresh, picture, tmp_path):
    """Each verdict is `not attempted` at first and `correct` once its section is solved; the judge agrees."""
    picture("0-first-screen")
    exercises, solved = points(LAB), solutions(LAB)
    total = sum(exercises.values())
    assert f"0 of {total} points" in notebook.run(notebook.find("import labkit"))
    picture("1-opened")
    notebook.run(notebook.find("%%section setup"))
    for name, worth in exercises.items():
        place = notebook.find(f"%%section {name}")
        notebook.run(place)
        assert f"○ {name}: not attempted, 0 of {worth} point" in notebook.check(name)
        notebook.write(place, solved[name])
        assert f"✓ {name}: correct, {worth} of {worth} point" in notebook.check(name)
    last = notebook.find("lab.progress()")
    assert f"{total} of {total} points" in notebook.run(last)
    notebook.shown(last).scroll_into_view_if_needed()
    picture("2-progress")
    assert notebook.stderr() == []
    notebook.save()
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == exercises


def judged(path, results) -> dict[str, float]:
    """The points that the judge gives each exercise of a notebook as it was saved."""
    command = [sys.executable, "-m", "autograder", "judge", str(path), "--json", str(results)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    (result,) = json.loads(results.read_text(encoding="utf-8"))["results"]
    return {exercise["id"]: exercise["points"] for exercise in result["exercises"]}


def test_all_cells_run_before_and_after(notebook):
    """All cells run as they are handed out, and again in a new kernel once all is solved, on the same port."""
    notebook.run_all()
    exercises, solved = points(LAB), solutions(LAB)
    for name in exercises:
        assert f"○ {name}: not attempted" in notebook.text(notebook.find(f'lab.check("{name}")'))
    assert notebook.stderr() == []
    address = notebook.text(notebook.find("lab.server"))
    assert re.search(r"serving on http://127.0.0.1:\d+", address)
    for name in exercises:
        notebook.type(notebook.find(f"%%section {name}"), solved[name])
    notebook.restart_and_run_all()
    assert notebook.text(notebook.find("lab.server")) == address
    for name, worth in exercises.items():
        assert f"✓ {name}: correct, {worth} of {worth} point" in notebook.text(notebook.find(f'lab.check("{name}")'))
    assert notebook.stderr() == []


def test_a_wrong_answer_says_what_to_try(prepared, picture):
    """A failing check shows what was sent, was expected and came back, and what to try; a hint follows if asked for."""
    wrong = solutions(LAB)["path_parameter"].replace("item_id: int", "item_id: str")
    notebook = prepared(LAB, "root", cells=r'^lab\.check\("path_parameter"\)', path_parameter=wrong)
    verdict = notebook.find("lab.check")
    message = notebook.shown(verdict).locator(".box.incorrect .message")
    expect(message).to_be_visible()
    assert message.inner_text().split("\n") == [
        "GET /items/42",
        *("expected", '200 {"item_id": 42}'),
        *("got", '200 {"item_id":"42"}'),
        *("try", "annotate the argument: item_id: int"),
    ]
    picture("four-lines")
    hint, _ = notebook.add(verdict, 'lab.hint("path_parameter")')
    expect(notebook.shown(hint).get_by_text("hint 1 of 3")).to_be_visible()
    picture("hint")
    assert notebook.stderr() == []


def test_the_xray_of_a_request(prepared, picture):
    """The X-ray draws the five steps of a request; of one that fails it marks where that stopped."""
    notebook = prepared(LAB, "root", "path_parameter", cells=r"^lab\.xray\(")
    for path, stopped in {"/items/42": [], "/items/foo": ["validate"], "/nowhere": ["route"]}.items():
        drawn = notebook.shown(notebook.find(f'lab.xray("GET", "{path}")'))
        steps = drawn.locator("[data-step]")
        expect(steps).to_have_count(len(STEPS))
        assert [step.get_attribute("data-step") for step in steps.all()] == list(STEPS)
        marked = drawn.locator("[data-stopped]")
        assert [step.get_attribute("data-step") for step in marked.all()] == stopped
        drawn.scroll_into_view_if_needed()
        picture(path.strip("/").replace("/", "-"))
    notebook.theme("Dark")
    picture("dark")
    assert notebook.stderr() == []


def test_jupyterlab_offers_students_their_tools_alone(notebook, page):
    """Above the notebook stands the button Validate; nbgrader's sidebar for authors is not there."""
    expect(page.get_by_text("Validate", exact=True)).to_be_visible()
    expect(page.get_by_text("Create Assignment")).to_have_count(0)


def test_one_exercise_on_one_screen(prepared, picture):
    """A section, its verdict and an X-ray fit on one screen; a second solution is folded until somebody asks for it."""
    notebook = prepared(LAB, "root", "path_parameter", cells=r'^lab\.check\("path_parameter"\)')
    drawn, _ = notebook.add(notebook.find("lab.check"), 'lab.xray("GET", "/items/seven")')
    notebook.scroll_to(notebook.find("%%section path_parameter"))
    expect(notebook.shown(drawn).locator(".wire").last).to_be_in_viewport(ratio=1)
    picture("screen", readme="lab01.png")
    folded = notebook.shown(notebook.find("lab.check")).locator("details")
    expect(folded.locator("pre")).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.locator("pre")).to_contain_text("class ItemId(BaseModel):")


def test_the_documentation_of_the_api_is_drawn(prepared, page, picture):
    """The address below the progress leads to the pages of documentation, which are drawn without a network."""
    notebook = prepared(LAB, "root", cells=r"^lab\.progress\(")
    with page.context.expect_page() as opened:
        notebook.shown(notebook.find("lab.progress()")).locator("a[href$='/docs']").click()
    expect(opened.value.locator(".opblock-summary-path")).to_have_count(1)
    picture("docs", opened.value)
