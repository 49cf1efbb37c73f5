"""lab12's picture in JupyterLab: a traffic desk whose traffic flows while sliders and buttons are used."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .excerpt import points

LAB = "lab12_traffic"
SOME = re.compile(r"^[1-9]")


def test_the_traffic_desk(prepared, picture):
    """Traffic flows from a button on, is turned away, hits, and goes on while the store is frozen, in both themes."""
    notebook = prepared(LAB, *points(LAB), cells=r"iris\(\)\.name|lab\.desk\(")
    desk = notebook.shown(notebook.find("", "lab.desk(")).last
    desk.get_by_role("button", name="let traffic flow").click()
    expect(desk.locator("[data-source=model]").first).to_have_attribute("data-count", SOME)
    expect(desk.locator("[data-source=memory]").last).to_have_attribute("data-count", SOME)
    desk.get_by_role("button", name="freeze the store").click()
    expect(desk.locator("[data-store=frozen]")).to_be_visible()
    desk.get_by_role("button", name="freeze the store").click()
    expect(desk.locator("[data-store=runs]")).to_be_visible()
    slider = desk.get_by_role("slider").first
    slider.focus()
    for _ in range(8):
        slider.press("ArrowRight")
    expect(desk.locator("[data-client=ada]")).to_have_attribute("data-refused", re.compile(r"^\d\d"))
    expect(desk.locator("[data-feature='0']")).not_to_have_attribute("data-psi", "-")
    desk.scroll_into_view_if_needed()
    picture("desk", desk, readme="lab12.png")
    notebook.theme("Dark")
    desk.scroll_into_view_if_needed()
    picture("dark")
    desk.get_by_role("button", name="restart process 2").click()
    expect(desk.get_by_text("started 2 times")).to_be_visible()
    desk.get_by_role("button", name="stop").click()
    expect(desk.get_by_role("button", name="let traffic flow")).to_be_visible()
    assert notebook.stderr() == []
