"""lab03's picture in JupyterLab: a plane coloured by what the served model says, and a flower to drag across it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

LAB = "lab03_serving"


def test_the_flower_is_dragged(prepared, picture):
    """A move of a slider asks the server and moves the flower; the model is still loaded once."""
    solved = "lifespan", "predict", "confidence", "batch"
    trained = r"load_iris|import train_test_split|LogisticRegression\(|joblib\.dump\(saved"
    notebook = prepared(LAB, *solved, cells=rf"{trained}|urface\(")
    drawn = notebook.shown(notebook.find("", "surface"))
    drawn.scroll_into_view_if_needed()
    flower = drawn.locator("svg.plane .flower")
    before = flower.get_attribute("transform")
    requests = drawn.locator(".badge", has_text="requests")
    asked = requests.inner_text()
    handle = drawn.locator(".widget-hslider .noUi-handle").first
    handle.focus()
    for _ in range(15):
        handle.press("ArrowLeft")
    expect(flower).not_to_have_attribute("transform", before)
    expect(requests).not_to_have_text(asked)
    expect(drawn.locator(".badge", has_text="1 load of the model")).to_have_class(re.compile("good"))
    picture("surface", drawn, readme="lab03.png")
    drawn.locator("select").first.select_option("sepal width")
    expect(drawn.locator(".widget-hslider", has_text="sepal width")).to_be_visible()
    picture("turned")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
