"""The lab on a JupyterHub, whose users' browsers reach nothing but the hub."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import LAB
from .hub import START, jupyterhub
from .notebook import Notebook
from .test_lab01_in_jupyterlab import EXERCISES, begin


@pytest.fixture(scope="module")
def users(tmp_path_factory):
    """Two users of one hub."""
    with jupyterhub(tmp_path_factory.mktemp("hub"), "ada", "grace") as users:
        yield users


@pytest.fixture
def signed_in(page, users):
    """The notebook of a user who has signed in."""

    def sign_in(name, tab=page):
        users[name].sign_in(tab)
        return Notebook.open(tab, users[name], LAB)

    return sign_in


def test_links_and_frames_lead_through_the_hub(signed_in, users, page, picture):
    """Every address that the lab shows leads through the hub, and Try it out is answered inside the panel's frame."""
    notebook = signed_in("ada")
    begin(notebook, *EXERCISES)
    said = notebook.run(notebook.find("lab.server"))
    address = re.search(r"serving on (/user/ada/proxy/\d+)", said)[1]
    assert "correct, 1 of 1" in notebook.check("root")
    panel = notebook.find("lab.panel()")
    notebook.run(panel)
    shown = notebook.shown(panel)
    expect(shown.locator(".state a")).to_have_attribute("href", address)
    shown.get_by_role("tab", name="Docs").click()
    frame = shown.frame_locator("iframe")
    frame.locator(".opblock-summary", has_text="Read Root").click()
    frame.get_by_role("button", name="Try it out").click()
    frame.get_by_role("button", name="Execute").click()
    expect(frame.locator(".request-url")).to_contain_text(f"{users['ada'].hub}{address}/")
    expect(frame.locator(".live-responses-table .response .response-col_description")).to_contain_text("Hello World")
    notebook.scroll_to(panel)
    picture("frame")
    notebook.run(notebook.find("lab.progress()"))
    with page.context.expect_page() as opened:
        notebook.shown(notebook.find("lab.progress()")).locator("a[href$='/docs']").click()
    expect(opened.value.locator(".opblock-summary-path")).to_have_count(5)
    assert notebook.stderr() == []


def test_two_users_have_a_server_each(signed_in, users, browser, page):
    """Two users have the same lab open at once, each on an address of their own that the other cannot use."""
    ada = signed_in("ada")
    begin(ada, "root")
    context = browser.new_context()
    context.set_default_timeout(START * 1000)
    try:
        grace = signed_in("grace", context.new_page())
        begin(grace, "root")
        addresses = {}
        for name, notebook in {"ada": ada, "grace": grace}.items():
            assert "another notebook" not in notebook.run(notebook.find("%%section setup"))
            said = notebook.run(notebook.find("lab.server"))
            addresses[name] = re.search(rf"/user/{name}/proxy/\d+", said)[0]
        hub = users["ada"].hub
        assert context.request.get(f"{hub}{addresses['grace']}/").json() == {"message": "Hello World"}
        assert context.request.get(f"{hub}{addresses['ada']}/").status in {403, 404}
    finally:
        context.close()
