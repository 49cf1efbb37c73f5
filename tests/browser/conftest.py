"""A real browser, driven through a real JupyterLab, cut off from every network but this machine.

Screenshots go to build/screenshots. To make the README's pictures in docs/ again:

    WORKBOOK_PICTURES=1 make test
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Request, expect, sync_playwright

from .notebook import Notebook
from .workbench_copy import REPOSITORY, Running, copy, jupyterlab

LAB = "lab01_hello"
SECONDS = 60
"""How long anything may take before a test gives up; a loaded machine is slow."""
RESTARTED = "Canceled future for debug_request"
"""What JupyterLab's debugger says where a kernel that it was asking is restarted."""
QUIET = ["background-networking", "component-update", "sync", "quic", "gpu", "default-apps", "extensions"]
LOCAL_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A session in a browser is long, so the limit of other tests does not fit."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


def chromium() -> str:
    """The path of Chromium; without one these tests are skipped on a laptop, and fail where nobody would notice."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, (shutil.which(name) for name in names if name)), None)
    if found is None:
        missing = (
            "Chromium is not installed, so no lab was worked through in a browser. Install it "
            "(Debian, Ubuntu: apt install chromium), or set CHROMIUM to the path of one."
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium()
    options = [LOCAL_ONLY, "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium's sandbox does not start for root
        options.append("--no-sandbox")
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=options)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def running(browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """JupyterLab on a copy of the workbook."""
    place = tmp_path_factory.mktemp("workbook")
    with jupyterlab(copy(place / "hello-api"), place / "home", place / "jupyterlab.log") as started:
        yield started


@pytest.fixture
def fresh(running: Running) -> Running:
    """The workbook as it is before a student's first run."""
    running.end_kernels()
    shutil.rmtree(running.root / "labs")
    copy(running.root)
    return running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty tab. The test fails if anything elsewhere is asked for, or a script of the page fails."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    asked_elsewhere: list[str] = []
    failed: list[str] = []

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            asked_elsewhere.append(request.url)

    def on_error(error: Error) -> None:
        failed.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and RESTARTED not in message.text:
            failed.append(f"{message.text} {message.location.get('url', '')}")

    context.on("request", on_request)
    tab = context.new_page()
    tab.on("pageerror", on_error)
    tab.on("console", on_console)
    yield tab
    context.close()
    assert asked_elsewhere == []
    assert failed == []


@pytest.fixture
def notebook(page: Page, fresh: Running) -> Notebook:
    """The lab's notebook, open in JupyterLab as `make lab` opens it."""
    return Notebook.open(page, fresh, LAB)


@pytest.fixture
def picture(page: Page, request: pytest.FixtureRequest):
    """Take a screenshot, named after the test and what it shows."""
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(what: str, shown: Page | Locator = page, readme: str | None = None) -> None:
        path = folder / f"{request.node.name.removeprefix('test_')}-{what}.png"
        shown.screenshot(path=path)
        if readme and os.environ.get("WORKBOOK_PICTURES"):
            shutil.copy2(path, REPOSITORY / "docs" / readme)

    return take
