"""The panel as widgets: the state of the server above, the tabs below. Only the tab that is seen is kept up to date."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Protocol

import httpx
import ipywidgets as widgets

from labkit.live.server import Server
from labkit.panel.docs import Docs
from labkit.panel.explore import Explore
from labkit.panel.logs import LogTab
from labkit.panel.schema import Schema
from labkit.panel.socket import Socket
from labkit.panel.traffic import Traffic
from labkit.pictures import view, xray

STYLE = Path(__file__).with_name("panel.css").read_text(encoding="utf-8")


class Tab(Protocol):
    """One tab: its title, its widgets, and a way to bring them up to date, which does nothing if nothing is new."""

    title: str
    widget: Any

    def refresh(self) -> None:
        """Bring the widgets up to date."""


class Shown:
    """The widgets of a panel.

    Attributes:
        tabs: Explore, Docs, Log, Traffic and Socket.
        widget: all of it.
        closed: whether it was taken away.
    """

    def __init__(self, server: Server, schema: Schema, client: Callable[[], httpx.Client]) -> None:
        """Draw the panel of this server."""
        self._server = server
        self._lock = threading.RLock()
        self._status: str | None = None
        self.closed = False
        self.status = widgets.HTML()
        self.restart = widgets.Button(description="Restart", icon="rotate-right", tooltip="load the module anew")
        self.stop = widgets.Button(description="Stop", icon="stop", tooltip="give the port back")
        self.restart.on_click(lambda button: self._start(anew=True))
        self.stop.on_click(lambda button: self._stop_or_start())
        explore, socket = Explore(server, schema, client), Socket(server, client)
        self.tabs: list[Tab] = [explore, Docs(server), LogTab(server), Traffic(server), socket]
        self.tab = widgets.Tab([tab.widget for tab in self.tabs], titles=[tab.title for tab in self.tabs])
        self.tab.observe(lambda change: self.tick(), "selected_index")
        head = widgets.HBox([self.status, self.restart, self.stop])
        head.add_class("top")
        style = widgets.HTML(f"<style>{view.STYLE}{xray.STYLE}{STYLE}</style>")
        self.widget = widgets.VBox([style, head, self.tab])
        self.widget.add_class("labkit")
        self.widget.add_class("panel")

    def tick(self) -> None:
        """Bring the state of the server and the tab that can be seen up to date."""
        if self._server.starting:
            return
        with self._lock:
            status = f"{self._server!r}"
            if status != self._status:
                self._status = status
                self._say(status)
            self.tabs[self.tab.selected_index or 0].refresh()

    def look(self) -> None:
        """Do the same from the thread that looks for news, which has to go on whatever happens."""
        try:
            self.tick()
        except Exception:  # noqa: BLE001 (a fault of the panel's own; it must not end the panel)
            self._server.log.write(f"The panel could not be brought up to date:\n{traceback.format_exc()}", "ERROR")

    def bundle(self) -> dict[str, Any]:
        """What a notebook shows, without a text: that is the panel's."""
        data = self.widget._repr_mimebundle_()
        return {kind: value for kind, value in data.items() if kind != "text/plain"}

    def close(self) -> None:
        """Take the widgets away."""
        self.closed = True
        self.widget.close()

    def _say(self, status: str) -> None:
        running = self._server.running
        look, sign = ("correct", "●") if running else ("incorrect", "○")
        said = f'<span class="sign">{sign}</span> <span>{view.linked(status) if running else escape(status)}</span>'
        self.status.value = f'<div class="state {look}">{said}</div>'
        self.stop.description, self.stop.icon = ("Stop", "stop") if running else ("Start", "play")

    def _stop_or_start(self) -> None:
        if self._server.running:
            self._server.stop()
            self.tick()
        else:
            self._start(anew=False)

    def _start(self, *, anew: bool) -> None:
        """Stop at once, and start where the module can be loaded."""
        if anew:
            self._server.stop()
        self._say("starting, once the cell that runs has ended")
        self._status = None
        _in_main_thread(self._server.start)


def _in_main_thread(work: Callable[[], Any]) -> None:
    """Do something between two cells: only the main thread can limit how long the import of a module may take."""
    from IPython.core.getipython import get_ipython

    loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
    if loop is None or threading.current_thread() is threading.main_thread():
        work()
    else:
        loop.add_callback(work)
