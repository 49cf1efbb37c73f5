"""The class board, seen by an instructor and by a lecture hall."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from playwright.sync_api import expect
from support import seated_class
from support.seated_class import LAB, board, lay

from .tab import Tab
from .workbench_copy import SECONDS

SIZES = [(1280, 1050), (900, 900), (390, 844)]
EVIL = "<img src=x onerror=alert(1)>"
DONE = {"number": 1, "lab": LAB, "exercise": "root", "outcome": "correct"}


@pytest.fixture
def tab(browser):
    """An empty tab; what it asks for elsewhere, and scripts that fail, fail the test."""
    opened = Tab.open(browser)
    yield opened
    assert opened.complaints() == []
    opened.close()


def test_a_class_is_shown_while_it_works(tab, tmp_path, picture):
    """Cells change without a reload, across a restart; a name is text, the hall sees none, any width will do."""
    file, page = tmp_path / "class.sqlite", tab.page
    lay(file, 180, 38, time.time())
    with board(file) as running:
        port = int(running.url.rpartition(":")[2])
        page.goto(running.desk)
        first = page.locator(".exercise").first
        expect(first.locator(".cell")).to_have_count(180)
        expect(page.locator("#stuck button").first).to_be_visible()
        page.locator("#stuck button").first.click()
        expect(page.locator("#picked")).to_contain_text("Hello World: ")
        page.locator(".cell").first.scroll_into_view_if_needed()
        expect(page.locator("#picked")).to_be_in_viewport(ratio=1)
        named = {"code": running.code, "name": EVIL}
        seat = httpx.post(f"{running.url}/seats", json=named, trust_env=False, timeout=SECONDS).json()
        expect(first.locator(".cell")).to_have_count(181)
        assert tab.complaints() == []
    with board(file, port) as running:
        batch, secret = {"kernel": "a" * 16, "reports": [DONE]}, {"Authorization": f"Bearer {seat['secret']}"}
        reply = httpx.post(f"{running.url}/reports", json=batch, headers=secret, trust_env=False, timeout=SECONDS)
        reply.raise_for_status()
        expect(first.locator(".cell").last).to_have_class(re.compile("o0"))
        tab.complaints()  # that the board was away is said in the console, too
        first.locator(".cell").last.click()
        expect(page.locator("#picked")).to_contain_text(f"{EVIL} (seat 181). Hello World: correct")
        assert page.locator("main img").count() == 0
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for view in ("desk", "projector"):
                page.goto(getattr(running, view))
                for width, height in SIZES:
                    page.set_viewport_size({"width": width, "height": height})
                    expect(first.locator(".cell")).to_have_count(181)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    readme = "class.png" if (view, scheme, width) == ("desk", "light", 1280) else None
                    picture(f"{view}-{scheme}-{width}", page, readme)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(running.projector)
        expect(page.locator(".legend")).to_be_in_viewport(ratio=1)  # in a hall nobody scrolls
        assert not any(name in page.content() for name in (*seated_class.LAST, "img src", "seat 1"))
