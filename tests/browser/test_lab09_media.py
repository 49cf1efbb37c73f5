"""lab09's pictures in JupyterLab: a slate whose strokes go to the live server, and tokens that fall."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .excerpt import points

LAB = "lab09_media"


def test_a_digit_is_drawn(prepared, picture):
    """Each stroke is answered over the WebSocket and moves the bars, from the page's own origin, in both themes."""
    trained = r"load_digits|import train_test_split|joblib\.dump\("
    notebook = prepared(LAB, *points(LAB), cells=rf"{trained}|waterfall\(|lab\.slate\(")
    fallen = notebook.shown(notebook.find("lab.waterfall("))
    expect(fallen.locator(".dot.arrived")).to_have_count(20)
    picture("waterfall", fallen)
    slate = notebook.shown(notebook.find("lab.slate("))
    expect(slate.locator("[data-part=state]")).to_have_text("✓ open")
    slate.get_by_role("button", name="wipe").click()
    board = slate.locator("canvas").first
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    mouse = notebook.page.mouse
    stroke = [(0.28, 0.2), (0.72, 0.2), (0.68, 0.35), (0.58, 0.52), (0.5, 0.7), (0.45, 0.88)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=8)
    mouse.up()
    seven = slate.locator("[data-class='7']")
    expect(seven).to_have_class(re.compile("named"))
    expect(slate.locator("[data-part=answer]")).to_contain_text('"label":"7"')
    expect(slate.locator("[data-part=count]")).to_have_text(re.compile(r"^(\d+) of \1 answered"))
    picture("slate", slate, readme="lab09.png")
    notebook.theme("Dark")
    board.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
