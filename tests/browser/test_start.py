"""The first page, as `make lab` opens it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from .conftest import LAB
from .notebook import Notebook


@pytest.fixture
def start(page, fresh) -> Notebook:
    """The first page, open in JupyterLab."""
    return Notebook.open(page, "00_start")


def test_the_first_page_looks_at_the_machine_and_shows_the_way(start, page, picture):
    """The checkup finds nothing to mend, the finished thing can be tried, and the map leads to the first lab."""
    picture("0-first-screen")
    assert start.run(start.find('"Hello')) == "'Hello World'"
    checkup = start.find("import labkit")
    assert "Checkup: everything that is needed is there" in start.run(checkup)
    expect(start.shown(checkup).locator("[data-finding]").first).to_be_visible()
    expect(start.shown(checkup).locator("[data-tone=bad]")).to_have_count(0)
    start.scroll_to(checkup)
    picture("1-checkup")
    tried = start.find("labkit.tour()")
    assert "3 processes" in start.run(tried)
    try_the_finished_thing(start.shown(tried))
    start.scroll_to(tried)
    picture("2-tour")
    way = start.find("labkit.map()")
    assert "0 of 12 points" in start.run(way)
    start.scroll_to(way)
    picture("3-map")
    start.theme("Dark")
    start.scroll_to(checkup)
    picture("4-dark")
    start.scroll_to(tried)
    picture("5-tour-dark")
    start.theme("Light")
    start.shown(way).locator("[data-lab=lab01_hello] a").click()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text="lab01_hello.ipynb")).to_be_visible()
    assert start.stderr() == []


def try_the_finished_thing(tour: Locator) -> None:
    """Drag the flower, kill a process, and drag again: the others answer, and a new one takes its place."""
    flower = tour.locator("svg.plane .flower")
    handle = tour.locator(".widget-hslider .noUi-handle").first

    def drag(key: str) -> None:
        before = flower.get_attribute("transform")
        handle.press(key)
        expect(flower).not_to_have_attribute("transform", before)

    drag("ArrowLeft")
    tour.get_by_role("button", name="Kill A").click()
    expect(tour.get_by_text("✗ killed").first).to_be_visible()
    expect(tour.get_by_role("button", name="Kill D")).to_be_visible()
    expect(tour.get_by_role("button", name="Kill A")).to_have_count(0)
    drag("ArrowRight")
    expect(tour.locator(".problem")).to_have_count(0)


def test_the_map_knows_what_is_done(prepared, page, picture):
    """After an exercise was checked, the map counts its points."""
    prepared(LAB, "root", cells=r'^lab\.check\("root"\)')
    start = Notebook.open(page, "00_start")
    start.run(start.find("import labkit"))
    way = start.find("labkit.map()")
    assert "1 of 12 points" in start.run(way)
    expect(start.shown(way).locator("[data-lab=lab01_hello]")).to_have_attribute("data-tone", "wait")
    start.scroll_to(way)
    picture("begun")
