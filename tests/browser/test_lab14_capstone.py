"""Mission control in JupyterLab: replicas that are asked all the time, faults by button, and the run again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .excerpt import points

LAB = "lab14_capstone"
SOME = re.compile(r"^[1-9]\d")


def test_mission_control(prepared, picture):
    """A mission flies from a button on, faults turn their cards, it lands, and is seen again, in both themes."""
    notebook = prepared(LAB, *points(LAB), cells=r"lab\.mission\(\)")
    mission = notebook.shown(notebook.find("lab.mission()")).last
    mission.get_by_role("button", name="launch").click()
    expect(mission.locator("[data-replica=second]")).to_have_attribute("data-right", SOME)
    for fault in ("cache", "swap", "crowd"):
        mission.get_by_role("button", name=fault).click()
        expect(mission.locator(f"[data-card={fault}]")).to_have_attribute("data-tone", "good")
    mission.scroll_into_view_if_needed()
    picture("control", mission, readme="lab14.png")
    notebook.theme("Dark")
    mission.scroll_into_view_if_needed()
    picture("dark", mission)
    mission.get_by_role("button", name="land").click()
    expect(mission.locator("[data-card=audit]")).to_have_attribute("data-tone", "good")
    expect(mission.locator("[data-up=true]")).to_have_count(0)
    mission.get_by_role("button", name="moment before").click()
    expect(mission).to_contain_text(re.compile(r"step \d+ of \d+"))
    picture("again", mission)
    assert notebook.stderr() == []
