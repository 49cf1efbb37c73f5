"""lab04's picture in JupyterLab: a grid of faults, each with what came back."""

from __future__ import annotations

from playwright.sync_api import expect

from .excerpt import points

LAB = "lab04_errors"


def test_every_fault_is_drawn(prepared, picture):
    """The grid has a cell for each fault, all as expected with the solutions, in both themes."""
    notebook = prepared(LAB, *points(LAB), cells=r"inject\(|setup\.training")
    place = notebook.find("lab.inject()")
    grid = notebook.shown(place).locator("table.status-grid")
    expect(grid).to_have_count(1)
    expect(grid.locator("td[data-tone]")).to_have_count(30)
    expect(grid.locator("td[data-tone=good]")).to_have_count(30)
    notebook.scroll_to(place)
    picture("injector", readme="lab04.png")
    notebook.theme("Dark")
    notebook.scroll_to(place)
    picture("dark")
    assert notebook.stderr() == []
