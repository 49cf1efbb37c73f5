"""The picture of lab13 in JupyterLab: a real nginx that is switched, and replicas that die and come back."""

from __future__ import annotations

from playwright.sync_api import expect

LAB = "lab13_scale"


def test_the_hall(prepared, picture):
    """Ways are switched, a replica dies and comes back, and the balls find their way, in both themes."""
    notebook = prepared(LAB, "microbatch", cells=r"iris\(\)\.name|hall = lab\.hall\(")
    hall = notebook.shown(notebook.find("hall = lab.hall(")).last
    for letter in "ABC":
        expect(hall.locator(f"[data-replica={letter}]")).to_have_attribute("data-requests", "12")
    hall.get_by_role("button", name="ip_hash").click()
    expect(hall.locator("[data-requests='0']")).to_have_count(2)
    hall.get_by_role("button", name="cookie").click()
    expect(hall.locator(".door")).to_contain_text("cookie")
    hall.get_by_role("button", name="kill B").click()
    expect(hall.locator("[data-replica=B]")).to_contain_text("dead")
    expect(hall).to_contain_text("0 lost")
    hall.scroll_into_view_if_needed()
    picture("hall", hall, readme="lab13.png")
    notebook.theme("Dark")
    hall.scroll_into_view_if_needed()
    picture("dark")
    hall.get_by_role("button", name="start B").click()
    expect(hall.locator("[data-replica=B]")).not_to_contain_text("dead")
    assert notebook.stderr() == []
