"""The first page, as `make lab` opens it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import LAB
from .notebook import Notebook


@pytest.fixture
def start(page, fresh) -> Notebook:
    """The first page, open in JupyterLab."""
    return Notebook.open(page, "00_start")


def test_the_first_page_looks_at_the_machine_and_shows_the_way(start, page, picture):
    """The checkup finds nothing to mend, and the map leads to the first lab, in both themes."""
    picture("0-first-screen")
    assert start.run(start.find('"Hello')) == "'Hello World'"
    checkup = start.find("import labkit")
    assert "Checkup: everything that is needed is there" in start.run(checkup)
    expect(start.shown(checkup).locator("[data-finding]").first).to_be_visible()
    expect(start.shown(checkup).locator("[data-tone=bad]")).to_have_count(0)
    start.scroll_to(checkup)
    picture("1-checkup")
    way = start.find("labkit.map()")
    assert "0 of 12 points" in start.run(way)
    start.scroll_to(way)
    picture("2-map")
    start.theme("Dark")
    start.scroll_to(checkup)
    picture("3-dark")
    start.theme("Light")
    start.shown(way).locator("[data-lab=lab01_hello] a").click()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text="lab01_hello.ipynb")).to_be_visible()
    assert start.stderr() == []


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
