"""The tab Docs: the pages on which the application documents itself, as it serves them."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from labkit.live.server import Server

_PAGES = {"Swagger UI": "docs", "ReDoc": "redoc"}


class Docs:
    """Swagger UI and ReDoc in a frame."""

    title = "Docs"

    def __init__(self, server: Server) -> None:
        """Show the pages of what this server serves."""
        self._server = server
        self._drawn: tuple[int, str] | None = None
        self.page = widgets.ToggleButtons(options=list(_PAGES), style={"button_width": "auto"})
        self.page.observe(lambda change: self.refresh(), "value")
        self.link, self.frame = widgets.HTML(), widgets.HTML()
        tools = widgets.HBox([self.page, self.link])
        tools.add_class("tools")
        self.widget = widgets.VBox([tools, self.frame])

    def refresh(self) -> None:
        """Load the page again if something else is served, or the other page is wanted."""
        state = (self._server.changes, self.page.value)
        if state == self._drawn:
            return
        self._drawn = state
        path = getattr(self._server.pages, _PAGES[self.page.value])
        if not self._server.running or path is None:
            reason = self._server.problem or f"the app has no {self.page.value}: it is switched off"
            self.link.value, self.frame.value = "", f'<div class="muted">{escape(reason)}</div>'
            return
        address = escape(self._server.link + path)
        self.link.value = f'<a href="{address}" target="_blank" rel="noopener">open in a tab of its own</a>'
        self.frame.value = f'<iframe src="{address}" title="{self.page.value}"></iframe>'
