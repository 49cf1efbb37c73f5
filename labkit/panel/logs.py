"""The tab Log: what the server prints and logs, as it does, each line with the request in which it was written."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from labkit.live.log import LEVELS, Line
from labkit.live.server import Server
from labkit.panel.pause import Pause

LINES = 100
"""How many lines are drawn, the last ones that pass the filter."""
_EVERYTHING, _PRINTED = "every line", "printed"
_LOOKS = {"WARNING": "timeout", "ERROR": "error", "CRITICAL": "error", "INFO": "correct"}


class LogTab:
    """The last lines, newest at the bottom."""

    title = "Log"

    def __init__(self, server: Server) -> None:
        """Show the log of this server."""
        self._server = server
        self._drawn: tuple[Any, ...] = ()
        self.filter = widgets.Text(placeholder="filter: words, #12 (a request)")
        self.level = widgets.Dropdown(options=[_EVERYTHING, _PRINTED, *(f"{level} and above" for level in LEVELS)])
        for control in (self.filter, self.level):
            control.observe(lambda change: self.refresh(), "value")
        self.pause = Pause(self.refresh)
        self.summary, self.lines = widgets.HTML(), widgets.HTML()
        self.lines.add_class("log")
        tools = widgets.HBox([self.filter, self.level, self.pause.widget, self.summary])
        tools.add_class("tools")
        self.widget = widgets.VBox([tools, self.lines])

    def refresh(self) -> None:
        """Draw the lines if there are new ones, or other ones are wanted."""
        state = (self._server.log.count, self.filter.value, self.level.value)
        if self.pause.on or state == self._drawn:
            return
        self._drawn = state
        requests = {trace.number: f"{trace.method} {trace.target}" for trace in self._server.traces}
        words = self.filter.value.lower().split()
        fitting = [one for one in self._server.log.lines() if self._passes(one, words, requests)]
        drawn = "".join(_drawn(line, requests) for line in fitting[-LINES:])
        self.lines.value = f"<div><div>{drawn or 'The server has printed and logged no such line yet.'}</div></div>"
        more = f", the last {LINES} are shown" if len(fitting) > LINES else ""
        said = f"{len(fitting):,} line{'' if len(fitting) == 1 else 's'}{more}"
        self.summary.value = f'<span class="muted">{said}</span>'

    def _passes(self, line: Line, words: list[str], requests: dict[int, str]) -> bool:
        wanted = self.level.value
        if wanted == _PRINTED and line.level:
            return False
        if wanted not in {_EVERYTHING, _PRINTED}:
            ranks = LEVELS[LEVELS.index(wanted.split()[0]) :]
            if line.level not in ranks:
                return False
        text = f"{line} #{line.request} {requests.get(line.request, '')}".lower()
        return all(word in text.split() if word.startswith("#") else word in text for word in words)


def _drawn(line: Line, requests: dict[int, str]) -> str:
    request = f"#{line.request} {requests.get(line.request, '')}" if line.request else ""
    text = line.text.removeprefix(f"{line.level}: ")
    return (
        f'<div class="line {_LOOKS.get(line.level, "")}"><span class="muted">{line.moment}</span>'
        f"<b>{line.level or 'printed'}</b><span>{escape(text)}</span>"
        f'<span class="of" title="{escape(request)}">{escape(request)}</span></div>'
    )
