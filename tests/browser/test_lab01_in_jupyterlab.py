"""lab01, worked through in JupyterLab as a student does."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

from autograder.authoring.stubs import unmarked
from labkit.live.tracing import STEPS
from labkit.sections import parse

from .notebook import Notebook
from .workbench_copy import REPOSITORY

EXERCISES = {
    "root": 1,
    "path_parameter": 2,
    "query_parameters": 3,
    "optional_query": 2,
    "route_order": 2,
    "documentation": 2,
}
REFERENCE = (REPOSITORY / "solutions" / "lab01_hello.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section for section in parse(unmarked(REFERENCE))}


def solved(name: str) -> str:
    """The cell of a section, with its solution."""
    section = SOLUTION[name]
    place = f" --before {section.before}" if section.before else ""
    return f"%%section {name}{place}\n{section.source.rstrip()}"


def begin(notebook: Notebook, *names: str) -> None:
    """Open the lab, and solve these exercises."""
    notebook.run(notebook.find("import labkit"))
    notebook.run(notebook.find("%%section setup"))
    for name in names:
        notebook.write(notebook.find(f"%%section {name}"), solved(name))


def test_every_exercise_from_not_attempted_to_correct(notebook, fresh, picture, tmp_path):
    """Each verdict is `not attempted` at first and `correct` once its section is solved; together all points."""
    first = notebook.find("import labkit")
    picture("0-first-screen")
    assert "0 of 12 points" in notebook.run(first)
    picture("1-opened")
    notebook.run(notebook.find("%%section setup"))
    for number, (name, points) in enumerate(EXERCISES.items(), 2):
        place = notebook.find(f"%%section {name}")
        notebook.run(place)
        assert f"○ {name}: not attempted, 0 of {points} point" in notebook.check(name)
        picture(f"{number}-{name}-a")
        notebook.write(place, solved(name))
        assert f"✓ {name}: correct, {points} of {points} point" in notebook.check(name)
        picture(f"{number}-{name}-b")
    last = notebook.find("lab.progress()")
    assert "12 of 12 points" in notebook.run(last)
    notebook.shown(last).scroll_into_view_if_needed()
    picture("8-progress")
    assert notebook.stderr() == []
    notebook.save()
    assert judged(fresh.root / "notebooks" / f"{notebook.name}.ipynb", tmp_path / "results.json") == EXERCISES


def judged(path, results, seconds=600) -> dict[str, float]:
    """The points that the judge gives each exercise of a notebook as it was saved."""
    command = [sys.executable, "-m", "autograder", "judge", str(path), "--json", str(results)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, timeout=seconds)
    (result,) = json.loads(results.read_text(encoding="utf-8"))["results"]
    return {exercise["id"]: exercise["points"] for exercise in result["exercises"]}


def test_the_order_of_routes_is_met_and_mended(notebook, picture):
    """The route below takes the request away from /items/latest, the 422 says so, and `--before` is the way out."""
    begin(notebook, "root", "path_parameter")
    place = notebook.find("%%section route_order")
    below = solved("route_order").replace(" --before path_parameter", "")
    notebook.write(place, below)
    text = notebook.check("route_order")
    assert "✗ route_order: incorrect" in text
    sent, expected, got = re.findall(r"^      (.*)$", text, re.MULTILINE)[:3]
    assert sent == "GET /items/latest"
    assert expected.startswith("expected  200")
    assert got.startswith("got       422")
    assert "item_id" in got
    picture("incorrect")
    notebook.write(place, solved("route_order"))
    assert "✓ route_order: correct" in notebook.check("route_order")
    assert notebook.stderr() == []


def test_a_wrong_answer_says_what_to_try(notebook, picture):
    """A failing check says what was sent, what was expected, what came back and, where it can tell, what to try."""
    begin(notebook, "root")
    place = notebook.find("%%section path_parameter")
    notebook.write(place, solved("path_parameter").replace("item_id: int", "item_id: str"))
    text = notebook.check("path_parameter")
    assert "✗ path_parameter: incorrect, 0 of 2 points" in text
    message = re.findall(r"^      (.*)$", text, re.MULTILINE)[:4]
    assert message[0] == "GET /items/42"
    assert message[1] == 'expected  200 {"item_id": 42}'
    assert message[2].startswith('got       200 {"item_id":"42"}')
    assert message[3] == "try       annotate the argument: item_id: int"
    picture("four-lines")
    assert "hint 1 of 3" in notebook.add(place, 'lab.hint("path_parameter")')[1]
    picture("hint")
    assert notebook.stderr() == []


def test_a_syntax_error_names_the_line_of_the_cell(notebook, picture):
    """A section that does not parse is left out and named with the line of its cell; the others are served."""
    begin(notebook, "root")
    place = notebook.find("%%section path_parameter")
    broken = solved("path_parameter").replace("item_id: int):", "item_id: int:")
    line = next(number for number, text in enumerate(broken.splitlines(), 1) if "int:" in text)
    text = notebook.write(place, broken)
    assert f"line {line}" in text
    assert "left out" in text
    picture("section")
    assert f"line {line}" in notebook.check("path_parameter")
    assert "✓ root: correct" in notebook.check("root")
    picture("verdict")
    assert notebook.stderr() == []


def test_the_xray_of_a_request(notebook, picture):
    """The X-ray draws the five steps with their times; of a request that fails it shows where that stopped."""
    begin(notebook, "root", "path_parameter")
    for path, stopped in {"/items/42": None, "/items/foo": "validate", "/nowhere": "route"}.items():
        place = notebook.find(f'lab.xray("GET", "{path}")')
        text = notebook.run(place)
        drawn = notebook.shown(place)
        steps = drawn.locator("[data-step]")
        expect(steps).to_have_count(len(STEPS))
        assert [step.get_attribute("data-step") for step in steps.all()] == list(STEPS)
        marked = drawn.locator("[data-stopped]")
        assert [step.get_attribute("data-step") for step in marked.all()] == ([stopped] if stopped else [])
        reached = (*STEPS[: STEPS.index(stopped) + 1], "respond") if stopped else STEPS
        assert tuple(re.findall(r"^  (\w+) +[\d.]+ ms  ", text, re.MULTILINE)) == reached
        drawn.scroll_into_view_if_needed()
        picture(path.strip("/").replace("/", "-"))
    notebook.theme("Dark")
    picture("dark")
    assert notebook.stderr() == []


def test_a_new_kernel_changes_nothing(notebook, picture):
    """After a restart all cells run again to the same verdicts, on the same port."""
    begin(notebook, *EXERCISES)
    notebook.check("root")
    place, address = notebook.add(notebook.find("%%section setup"), "lab.server.url")
    notebook.restart_and_run_all()
    assert notebook.text(place) == address
    for name, points in EXERCISES.items():
        assert f"✓ {name}: correct, {points} of {points} point" in notebook.text(notebook.find(f'lab.check("{name}")'))
    assert notebook.stderr() == []


def test_jupyterlab_offers_students_their_tools_alone(notebook, page):
    """Above the notebook stands the button Validate; nbgrader's sidebar for authors is not there."""
    expect(page.get_by_text("Validate", exact=True)).to_be_visible()
    expect(page.get_by_text("Create Assignment")).to_have_count(0)


def test_one_exercise_on_one_screen(notebook, picture):
    """A section, its verdict and the X-ray of a request fit on one screen, one below the other."""
    begin(notebook, "root", "path_parameter")
    section = notebook.find("%%section path_parameter")
    notebook.check("path_parameter")
    drawn, _ = notebook.add(notebook.find('lab.check("path_parameter")'), 'lab.xray("GET", "/items/seven")')
    notebook.scroll_to(section)
    expect(notebook.shown(drawn).locator(".wire").last).to_be_in_viewport(ratio=1)
    picture("screen", readme="lab01.png")
