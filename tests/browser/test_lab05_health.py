"""lab05's picture in JupyterLab: what probes and traffic see of three servers, over time."""

from __future__ import annotations

from playwright.sync_api import expect

LAB = "lab05_health"
LANES = [f"{model} model: {lane}" for model in ("slow", "no", "bad") for lane in ("alive", "ready", "traffic")]


def test_the_film_of_three_servers(prepared, picture):
    """Each server has its lanes, and a crash, a restart and a drain are marked, in both themes."""
    notebook = prepared(LAB, "health", "readiness", cells=r"orchestrate\(|import training")
    drawn = notebook.shown(notebook.find("", "orchestrate("))
    tracks = drawn.locator("[data-lane]")
    expect(tracks).to_have_count(len(LANES))
    assert [track.get_attribute("data-lane") for track in tracks.all()] == LANES
    for event in ("crash", "drain"):
        expect(drawn.locator(".event", has_text=event)).to_have_count(1)
    expect(drawn.locator(".event", has_text="restart")).not_to_have_count(0)  # a late answer costs one, too
    drawn.scroll_into_view_if_needed()
    picture("lanes", drawn, readme="lab05.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
