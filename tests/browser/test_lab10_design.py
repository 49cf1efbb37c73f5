"""lab10's picture in JupyterLab: pages of two origins in a real browser, and races with one winner."""

from __future__ import annotations

import re

from playwright.sync_api import expect

LAB = "lab10_design"


def test_two_windows(prepared, picture, desk):
    """The browser lets the first page read, keeps answers from the stranger, and asks before a PUT, in both themes."""
    notebook = prepared(LAB, "resources", "etag", "idempotency", "cors", cells=r"lab\.windows\(|lab\.race\(\"PUT")
    picture("finish", notebook.shown(notebook.find("lab.race(")))
    drawn = notebook.shown(notebook.find("lab.windows("))
    expect(drawn.locator(".windows")).to_have_attribute("data-ready", "yes")
    first, stranger = drawn.locator("[data-window='0'] .seen"), drawn.locator("[data-window='1'] .seen")
    for words in ("read", "replace", "predict", "fail"):
        drawn.locator(f"[data-wish='{words}']").click()
        expect(drawn.locator(f"[data-wish='{words}']")).to_be_enabled()
    expect(drawn.locator(".seen.fresh")).to_have_count(8)
    assert [seen.get_attribute("data-outcome") for seen in first.all()] == ["read"] * 4
    assert [seen.get_attribute("data-outcome") for seen in stranger.all()] == ["hidden", "unsent", "unsent", "hidden"]
    expect(first.nth(1)).to_contain_text('200 {"model":"digits","threshold":0.25}')
    expect(drawn.locator(".arrived .from-1.before")).not_to_have_count(0)
    drawn.locator("[data-part=kind]").select_option("POST")
    drawn.locator("[data-part=count]").fill("9")
    drawn.locator("[data-part=race]").click()
    expect(drawn.locator("[data-part=said]")).to_have_text(re.compile("1 × 201, 8 × 409"))
    expect(drawn.locator("[data-part=rows]")).to_contain_text("race-")
    drawn.scroll_into_view_if_needed()
    picture("windows", drawn, readme="lab10.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
    told = desk.tab().complaints()  # what the browser keeps from a page it says in the console, and a 500 as well
    assert [one for one in told if not re.search("blocked by CORS policy|Failed to load resource", one)] == []
