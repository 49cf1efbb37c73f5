"""A tab of the browser, and the one with JupyterLab that tests use one after another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

from .notebook import Notebook
from .workbench_copy import SECONDS, Running

RESTARTED = "Canceled future for debug_request"
"""What JupyterLab's debugger says where a kernel that it was asking is restarted."""
_CANCELLED = re.compile(r"Canceled future for \w+ message before replies were done")
"""What JupyterLab's scripts say where a kernel ends that they were asking something."""
_CLEAR = """async () => {
    for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
        await widget.context?.sessionContext.shutdown();
        widget.dispose();
    }
    if (document.body.dataset.jpThemeName !== 'JupyterLab Light') {
        await window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'});
    }
}"""


@dataclass
class Tab:
    """A page, and what it has done that no page of ours may do."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser) -> Tab:
        """Open an empty tab, which has no cookie and nothing in its cache."""
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        context.set_default_timeout(SECONDS * 1000)
        tab = cls(context.new_page())
        context.on("request", tab._on_request)
        tab.page.on("pageerror", tab._on_error)
        tab.page.on("console", tab._on_console)
        return tab

    def close(self) -> None:
        self.page.context.close()

    def complaints(self) -> list[str]:
        """What was asked for elsewhere and which scripts failed since this was asked last."""
        said = self.elsewhere + self.failed
        self.elsewhere.clear()
        self.failed.clear()
        return said

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _on_error(self, error: Error) -> None:
        if not _CANCELLED.search(str(error)):
            self.failed.append(str(error))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and RESTARTED not in message.text:
            self.failed.append(f"{message.text} {message.location.get('url', '')}")


class Desk:
    """JupyterLab in a tab. It takes seconds to load and a notebook a moment, so it is loaded once."""

    def __init__(self, browser: Browser, running: Running) -> None:
        self._browser, self._running = browser, running
        self._tab: Tab | None = None

    def tab(self) -> Tab:
        """The tab, with no notebook open in it."""
        if self._tab is None:
            self._tab = Tab.open(self._browser)
            self._tab.page.goto(self._running.page("00_start"))
            Notebook.opened(self._tab.page, "00_start")
            self.clear()
        return self._tab

    def clear(self) -> None:
        """Close what a test has opened, with its kernels."""
        if self._tab:
            for page in self._tab.page.context.pages:
                if page != self._tab.page:
                    page.close()
            self._tab.page.context.clear_permissions()
            self._tab.page.evaluate(_CLEAR)

    def leave(self) -> None:
        """Close the tab: the next test gets a new one."""
        if self._tab:
            self._tab.close()
            self._tab = None
