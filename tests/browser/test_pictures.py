"""The pictures of the kit, watched in JupyterLab while they change."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import LAB
from .notebook import Notebook

LOAD = 'result = lab.load("GET", "/items?limit=5", users=20, seconds=%s)\nresult'
TOGETHER = 'lab.together(["/items/1", "/items/2", "/items/foo", "/nowhere"])'
GALLERY = """\
import time
from labkit.pictures import CardBoard, Chart, StateTimeline, StatusGrid

grid = StatusGrid("Fault injector")
for name, expected in {"42": 200, "foo": 422, "latest": 200}.items():
    grid.add(f"/items/{name}", "GET", expected, lambda name=name: lab.client.get(f"/items/{name}"))
    grid.add(f"/items/{name}", "POST", 405, lambda name=name: lab.client.post(f"/items/{name}"))
grid.fire()
"""
CARDS = """\
board = CardBoard("Mutant arena", {"good": "killed", "bad": "survived"})
for name in ("off_by_one", "wrong_label", "no_retry_after", "nan_passes", "echo"):
    board.add(name, "what this one does wrong")
with board.live():
    board["off_by_one"].turn("wait", "running your tests")
    time.sleep(0.6)
    board["off_by_one"].turn("good", "killed by test_too_many_rows")
    board["wrong_label"].turn("bad", "survived all 12 tests")
    board["nan_passes"].turn("odd", "your tests raised")
"""
TIMELINE = """\
timeline = StateTimeline("Probes", {"alive": "good", "ready": "good", "loading": "wait", "down": "bad"})
with timeline.live():
    timeline.mark("GET /health", "alive")
    timeline.mark("GET /readiness", "loading")
    time.sleep(0.8)
    timeline.mark("GET /readiness", "ready")
    time.sleep(0.9)
    for lane in ("GET /health", "GET /readiness"):
        timeline.mark(lane, "down")
    timeline.event("crash")
    time.sleep(0.5)
"""
CHART = """\
chart = Chart("Throughput", kind="bar", y="answers per second")
for workers in (1, 2, 4):
    chart.add("def", f"{workers} workers", 900 * workers**0.6)
    chart.add("async def", f"{workers} workers", 1400 * workers**0.5)
chart
"""


def last(notebook: Notebook) -> int:
    """The place of the last cell."""
    return len(notebook.sources()) - 1


def test_a_load_runs_to_its_end(prepared, picture):
    """A load shows its progress while the cell runs, then its numbers once; what stays has no button."""
    notebook = prepared(LAB, "root", "query_parameters")
    place, text = notebook.add(last(notebook), LOAD % 2)
    assert float(re.search(r"GET /items\?limit=5, 20 users: ([\d.]+) s", text)[1]) >= 2
    assert "failed      none" in text
    drawn = notebook.shown(place)
    expect(drawn.locator("[data-state=ended]")).to_have_count(1)
    expect(drawn.locator("svg.chart")).to_have_count(2)
    expect(drawn.locator("button")).to_have_count(0)
    drawn.scroll_into_view_if_needed()
    picture("light")
    notebook.theme("Dark")
    picture("dark")
    assert notebook.stderr() == []


def test_a_load_is_stopped_by_its_button(prepared, page, picture):
    """While the cell runs, its button ends the load; what came back until then is the result."""
    notebook = prepared(LAB, "root", "query_parameters")
    place, _ = notebook.add(last(notebook), "1")
    notebook.type(place, LOAD % 300)
    page.keyboard.press("Shift+Enter")
    drawn = notebook.shown(place)
    expect(drawn.locator("[data-state=running]")).to_have_count(1)
    expect(drawn.locator("svg.chart .series").first).to_be_attached()
    drawn.scroll_into_view_if_needed()
    picture("running")
    drawn.get_by_role("button", name="Stop").click()
    expect(drawn.locator("[data-state=stopped]")).to_have_count(1)
    expect(drawn.locator("button")).to_have_count(0)
    assert "stopped after" in notebook.text(place)
    place, text = notebook.add(last(notebook), "result.requests > 0, result.state, result.running")
    assert text == "(True, 'stopped', False)"
    picture("stopped")
    assert notebook.stderr() == []


def test_each_picture_is_drawn_and_changes_in_place(prepared, picture):
    """Requests at once, a status grid, cards, a timeline and a chart are drawn once each, in both themes."""
    notebook = prepared(LAB, "root", "path_parameter")
    places = []
    for name, source, parts, count in [
        ("together", TOGETHER, "[data-bar]", 4),
        ("grid", GALLERY, "td[data-tone]", 6),
        ("cards", CARDS, "[data-card]", 5),
        ("timeline", TIMELINE, "[data-lane]", 2),
        ("chart", CHART, "svg.chart", 1),
    ]:
        place, _ = notebook.add(last(notebook), source)
        expect(notebook.shown(place).locator(parts)).to_have_count(count)
        places.append((name, place))
    for theme in ("Light", "Dark"):
        notebook.theme(theme)
        for name, place in places:
            notebook.scroll_to(place)
            picture(f"{name}-{theme}")
    assert notebook.stderr() == []
