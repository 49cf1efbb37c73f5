"""lab08's picture in JupyterLab: the beat of the live server's event loop, and buttons that send requests."""

from __future__ import annotations

from playwright.sync_api import expect

LAB = "lab08_concurrency"


def test_the_heart_of_the_loop(prepared, picture):
    """A button sends its requests, and beat, places of work and bars are drawn, in both themes."""
    notebook = prepared(LAB, "client", "gather", "processes", "capacity", cells=r"heartbeat\(\)|hash_three = ")
    drawn = notebook.shown(notebook.find("", "lab.heartbeat()"))
    drawn.get_by_role("button", name="3 fingerprints").click()
    expect(drawn.locator("[data-bar]")).to_have_count(3)
    expect(drawn.get_by_role("button", name="9 texts")).to_be_enabled()
    drawn.get_by_role("button", name="9 texts").click()
    expect(drawn.locator("[data-bar]")).to_have_count(9)
    expect(drawn.get_by_role("button", name="9 texts")).to_be_enabled()
    expect(drawn.locator("[data-bar].odd")).to_have_count(3)
    expect(drawn.locator("[data-place]")).not_to_have_count(0)
    assert int(drawn.locator("[data-beats]").get_attribute("data-beats") or 0) > 20
    drawn.get_by_role("button", name="3 fingerprints").click()
    expect(drawn.locator("[data-bar]")).to_have_count(3)
    expect(drawn.get_by_role("button", name="9 texts")).to_be_enabled()
    drawn.scroll_into_view_if_needed()
    picture("heart", drawn, readme="lab08.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
