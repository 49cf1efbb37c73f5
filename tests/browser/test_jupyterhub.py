"""The lab on a JupyterHub, whose users' browsers reach nothing but the hub."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest
from playwright.sync_api import expect
from support.seated_class import board

from .conftest import LAB
from .excerpt import lay
from .hub import PAGE, jupyterhub
from .notebook import Notebook
from .tab import Tab

CELLS = r'^lab\.(server$|check\("root"|panel|progress)'


@pytest.fixture(scope="module")
def lecture(tmp_path_factory):
    """The board of a class."""
    with board(tmp_path_factory.mktemp("class") / "class.sqlite") as running:
        yield running


@pytest.fixture(scope="module")
def users(tmp_path_factory, lecture):
    """Two users of one hub, who have written the first section."""
    place = tmp_path_factory.mktemp("hub")
    with jupyterhub(place, "ada", "grace", classroom=f"{lecture.url} {lecture.code}") as users:
        for name in users:
            lay(place / "homes" / name, LAB, "root", cells=CELLS)
        yield users


@pytest.fixture(scope="module")
def signed_in(browser, users):
    """The notebooks of both users, who have signed in each in a browser of their own, after all cells have run."""
    tabs = {name: Tab.open(browser) for name in users}
    notebooks = {}
    for name, tab in tabs.items():
        users[name].sign_in(tab.page)
        tab.page.goto(users[name].page(LAB))
        notebooks[name] = Notebook.opened(tab.page, LAB)
        notebooks[name].run_all()
    yield notebooks
    for tab in tabs.values():
        tab.close()
    assert [tab.complaints() for tab in tabs.values()] == [[], []]


def address(notebook: Notebook) -> str:
    """Where the notebook says that it serves."""
    found = re.search(r"serving on (/user/\w+/proxy/\d+)", notebook.text(notebook.find("lab.server")))
    assert found
    return found[1]


def test_links_and_frames_lead_through_the_hub(signed_in, users, picture):
    """Every address that the lab shows leads through the hub, and Try it out is answered inside the panel's frame."""
    notebook = signed_in["ada"]
    assert "correct, 1 of 1" in notebook.text(notebook.find('lab.check("root")'))
    panel = notebook.find("lab.panel()")
    shown = notebook.shown(panel)
    expect(shown.locator(".state a")).to_have_attribute("href", address(notebook))
    shown.get_by_role("tab", name="Docs").click()
    frame = shown.frame_locator("iframe")
    frame.locator(".opblock-summary", has_text="Read Root").click()
    frame.get_by_role("button", name="Try it out").click()
    frame.get_by_role("button", name="Execute").click()
    expect(frame.locator(".request-url")).to_contain_text(f"{users['ada'].hub}{address(notebook)}/")
    expect(frame.locator(".live-responses-table .response .response-col_description")).to_contain_text("Hello World")
    notebook.scroll_to(panel)
    picture("frame", notebook.page)
    with notebook.page.context.expect_page() as opened:
        notebook.shown(notebook.find("lab.progress()")).locator("a[href$='/docs']").click()
    expect(opened.value.locator(".opblock-summary-path")).to_have_count(1)
    assert notebook.stderr() == []


def test_two_users_have_a_server_each(signed_in, users):
    """Two users have the same lab open at once, each on an address of their own that the other cannot use."""
    hub, grace = users["grace"].hub, signed_in["grace"]
    for notebook in signed_in.values():
        assert "another notebook" not in notebook.text(notebook.find("%%section setup"))
    asked = grace.page.context.request
    assert asked.get(f"{hub}{address(grace)}/").json() == {"message": "Hello World"}
    assert asked.get(f"{hub}{address(signed_in['ada'])}/").status in {403, 404}


def test_pages_of_the_hub_may_talk_to_a_students_socket(signed_in, users):
    """The origin of the hub's pages, which lab 09 lets in, is told to the student's kernel."""
    notebook = signed_in["grace"]
    _, said = notebook.add(len(notebook.sources()) - 1, "import os; print(os.environ['ALLOWED_ORIGINS'])")
    assert said.strip() == users["grace"].hub == notebook.page.evaluate("location.origin")


def test_first_screen_is_the_workbook(signed_in, users):
    """Somebody new is led to the first notebook, and is asked nothing and offered nothing that is for authors."""
    page = signed_in["ada"].page
    expect(page.get_by_text("Create Assignment")).to_have_count(0)
    expect(page.get_by_text("official Jupyter news")).to_have_count(0)
    assert 'default_url = "/lab/tree/notebooks/00_start.ipynb"' in PAGE.read_text(encoding="utf-8")


def test_curl_line_works_where_the_student_is(signed_in):
    """The command that the panel writes down reaches the student's own server from a terminal on the hub."""
    notebook = signed_in["ada"]
    panel = notebook.shown(notebook.find("lab.panel()"))
    panel.get_by_role("tab", name="Explore").click()
    command = panel.locator('.copyable[data-form="curl"] pre').inner_text()
    assert command.startswith("curl -i")
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True, timeout=300)
    assert "Hello World" in done.stdout


def test_a_hub_sets_the_class_of_everybody(signed_in, lecture, browser):
    """Where the hub names a board, each student's check is on it, under the name by which the hub knows the student."""
    assert "correct" in signed_in["grace"].text(signed_in["grace"].find('lab.check("root")'))
    tab = Tab.open(browser)
    tab.page.goto(lecture.desk)
    cells = tab.page.locator(".exercise").first.locator(".cell.o0")
    expect(cells).to_have_count(2)
    for place, cell in enumerate(cells.all()):
        cell.click()
        expect(tab.page.locator("#picked")).to_contain_text(
            re.compile(rf"^(ada|grace) \(seat {place + 1}\)\. Hello World: correct")
        )
    tab.close()
