"""lab07's picture in JupyterLab: who answers each request, while a worker is killed."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

LAB = "lab07_production"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Production servers take Linux or macOS.")


def test_a_worker_is_killed_and_another_takes_over(prepared, picture):
    """The workers are drawn, and each request in the colour of the process that answered, in both themes."""
    given = r"^import os\n|API_KEY|import iris\n"
    shown = r'production\("uvicorn", workers=2\)\nserver$|kill_after=2\)'
    notebook = prepared(LAB, "settings", "app_factory", "workers", cells=f"{given}|{shown}")
    expect(notebook.shown(notebook.find("server = lab.production")).locator(".labkit").last).to_be_visible()
    roulette = notebook.find("server.roulette")
    drawn = notebook.shown(roulette).locator(".labkit").last
    expect(drawn).to_be_visible()
    processes = drawn.locator("tr:has(i)")
    for seconds in (20, 60):  # where a new worker takes longer to start than the notebook's picture lasts
        if processes.count() < 3:
            notebook.write(roulette, f"server.roulette(seconds={seconds}, kill_after=2)")
    expect(processes).to_have_count(3)
    expect(drawn.locator("b.cut")).to_have_count(1)
    answered = {request.get_attribute("data-pid") for request in drawn.locator("[data-pid]").all()}
    assert len(answered) == 3
    drawn.scroll_into_view_if_needed()
    picture("roulette", drawn, readme="lab07.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
