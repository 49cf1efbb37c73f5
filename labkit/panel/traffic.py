"""The tab Traffic: every request that reaches the server, from whoever; a click on one gives its X-ray."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as widgets

from labkit.live.server import Server
from labkit.live.tracing import KEPT, Trace
from labkit.panel.pause import Pause
from labkit.pictures.xray import seen

ROWS = 12
"""How many requests are drawn. However many there are, this is what the browser has to hold."""
_SIGNS = {"correct": "✓", "incorrect": "✗", "error": "!", "not_attempted": "…"}
_CLIENTS = {
    "python-httpx": "httpx",
    "labkit-panel": "this panel",
    "mozilla": "browser",
    "curl": "curl",
    "python-requests": "requests",
}
WIDTH = 30
"""How many characters of a path are drawn: the whole line fits the panel on a screen of 1280."""
FEW = 4
"""How many requests are drawn while one of them is X-rayed, so that its picture is on the same screen."""
HEADING = f"{'':>6} {'time':<12} {'method':<7} {'path':<{WIDTH}} {'status':<7} {'took':>10}  from"


class Traffic:
    """The latest requests, newest first; older ones a page further."""

    title = "Traffic"

    def __init__(self, server: Server) -> None:
        """Show what this server sees."""
        self._traces = server.traces
        self._drawn: tuple[Any, ...] = ()
        self._shown: list[Trace] = []
        self._page = 0
        self.filter = widgets.Text(placeholder="filter: 422, POST, /items", continuous_update=True)
        self.filter.observe(lambda change: self._turn(-self._page), "value")
        self.pause = Pause(self.refresh)
        self.newer = _button("newer", "arrow-up", lambda: self._turn(-1))
        self.older = _button("older", "arrow-down", lambda: self._turn(1))
        self.summary, self.xray = widgets.HTML(), widgets.HTML()
        self.xray.add_class("chosen")
        layout, style = widgets.Layout(), widgets.ButtonStyle()  # one for all rows: each would be a message of its own
        self.rows = [widgets.Button(layout=layout, style=style) for _ in range(ROWS)]
        for place, row in enumerate(self.rows):
            row.on_click(lambda button, place=place: self.choose(place))
        table = widgets.VBox([widgets.HTML(f"<pre>{HEADING}</pre>"), *self.rows])
        table.add_class("traffic")
        tools = widgets.HBox([self.filter, self.pause.widget, self.newer, self.older, self.summary])
        tools.add_class("tools")
        self.widget = widgets.VBox([tools, table, self.xray])

    def refresh(self) -> None:
        """Draw what has changed since this was last called, and no more than fits."""
        if self.pause.on:
            return
        state = (self._traces.changes, self.filter.value, self._page)
        if state == self._drawn:
            return
        self._drawn, self.xray.value = state, ""
        kept = list(self._traces)[::-1]
        words = self.filter.value.lower().split()
        fitting = [trace for trace in kept if all(word in line(trace).lower() for word in words)] if words else kept
        self._page = max(0, min(self._page, (len(fitting) - 1) // ROWS))
        self._shown = fitting[self._page * ROWS : (self._page + 1) * ROWS]
        for place, row in enumerate(self.rows):
            trace = self._shown[place] if place < len(self._shown) else None
            row.description = line(trace) if trace else ""
            row._dom_classes = ("request", look(trace)) if trace else ("empty",)
        self.newer.disabled, self.older.disabled = self._page == 0, (self._page + 1) * ROWS >= len(fitting)
        self.summary.value = f'<span class="muted">{escape(self._words(len(fitting), bool(words)))}</span>'

    def choose(self, place: int) -> None:
        """X-ray the request in a row, and hold the list still; only its neighbours stay, so both are on one screen."""
        if place >= len(self._shown):
            return
        self.pause.on = True
        self._drawn = ()  # so that the other rows come back with the next refresh
        first = max(0, min(place - 1, len(self._shown) - FEW))
        for other, (row, trace) in enumerate(zip(self.rows, self._shown, strict=False)):
            picked = ["picked"] if other == place else []
            near = first <= other < first + FEW
            row._dom_classes = ("request", look(trace), *picked) if near else ("empty",)
        self.xray.value = seen(self._shown[place]).html()

    def _turn(self, pages: int) -> None:
        self._page = max(0, self._page + pages)
        self.pause.on = False
        self.refresh()

    def _words(self, fitting: int, filtered: bool) -> str:
        """Say how many requests there were, and which of them can be seen."""
        count = self._traces.count
        said = f"{count:,} request{'' if count == 1 else 's'}"
        said += f", the last {KEPT:,} are kept" if count > KEPT else ""
        return f"{fitting:,} of {said}" if filtered else said


def line(trace: Trace) -> str:
    """Return a request as one line of the table."""
    kind = look(trace)
    arrived = datetime.fromtimestamp(trace.arrived / 1e9).strftime("%H:%M:%S.%f")[:12]
    took = f"{(trace.responded - trace.arrived) / 1e6:,.1f} ms" if trace.responded else ""
    target = trace.target if len(trace.target) <= WIDTH else f"{trace.target[: WIDTH - 1]}…"
    status = f"{_SIGNS[kind]} {trace.status or ('' if trace.ended else 'open')}"
    request = f"#{trace.number:<5} {arrived} {trace.method:<7} {target:<{WIDTH}}"
    return f"{request} {status:<7} {took:>10}  {sender(trace)}".rstrip()


def look(trace: Trace) -> str:
    """Return how a request ended, as the outcome whose colour it has."""
    if trace.status is None:
        return "error" if trace.ended else "not_attempted"
    return "correct" if trace.status < 400 else "error" if trace.status >= 500 else "incorrect"


def sender(trace: Trace) -> str:
    """Return which program sent a request, as far as it says so."""
    agent = dict(trace.request_headers).get("user-agent", "").split("/")[0]
    return _CLIENTS.get(agent.lower(), agent[:16])


def _button(name: str, icon: str, clicked: Any) -> Any:
    button = widgets.Button(description=name, icon=icon)
    button.on_click(lambda _: clicked())
    return button
