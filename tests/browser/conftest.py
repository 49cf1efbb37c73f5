"""A real browser, driven through a real JupyterLab, cut off from every network but this machine.

Screenshots go to build/screenshots. To make the README's pictures in docs/ again:

    WORKBOOK_PICTURES=1 make test
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from .excerpt import lay
from .notebook import Notebook
from .tab import Desk
from .workbench_copy import REPOSITORY, SECONDS, Running, copy, jupyterlab

LAB = "lab01_hello"
QUIET = ["background-networking", "component-update", "sync", "quic", "gpu", "default-apps", "extensions"]
LOCAL_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
FAILED = pytest.StashKey[bool]()
Prepare = Callable[..., Notebook]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here, before all tests are put in order; a session in a browser is long, so it may take longer."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(1500))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Remember whether a test failed, for what has to be put in order after it."""
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


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


@pytest.fixture(scope="package")
def desk(browser: Browser, running: Running) -> Iterator[Desk]:
    """JupyterLab in a tab, for all tests."""
    desk = Desk(browser, running)
    yield desk
    desk.leave()


@pytest.fixture
def page(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Page]:
    """JupyterLab with nothing open. The test fails if anything elsewhere is asked for, or a script fails."""
    tab = desk.tab()
    yield tab.page
    complaints = tab.complaints()
    desk.leave() if request.node.stash.get(FAILED, False) else desk.clear()
    tab.complaints()  # scripts of JupyterLab's own fail where a kernel is taken from them in the middle of a question
    assert complaints == []


@pytest.fixture
def notebook(page: Page, fresh: Running) -> Notebook:
    """The first lab's notebook as it is handed out, open in JupyterLab."""
    return Notebook.open(page, LAB)


@pytest.fixture
def prepared(page: Page, fresh: Running) -> Prepare:
    """Open an excerpt of a lab's notebook, and run all its cells."""

    def prepare(lab: str, *sections: str, cells: str = "", **changed: str) -> Notebook:
        lay(fresh.root, lab, *sections, cells=cells, **changed)
        notebook = Notebook.open(page, lab)
        notebook.run_all()
        return notebook

    return prepare


@pytest.fixture
def picture(request: pytest.FixtureRequest):
    """Take a screenshot, named after the test and what it shows."""
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(what: str, shown: Page | Locator | None = None, readme: str | None = None) -> None:
        path = folder / f"{request.node.name.removeprefix('test_')}-{what}.png"
        (shown or request.getfixturevalue("page")).screenshot(path=path)
        if readme and os.environ.get("WORKBOOK_PICTURES"):
            shutil.copy2(path, REPOSITORY / "docs" / readme)

    return take
