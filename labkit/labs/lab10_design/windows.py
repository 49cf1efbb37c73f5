"""Two windows: pages of two origins, what each may read, what arrives at the server, and the rows as they change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from labkit.checks.api import Api
from labkit.http import address
from labkit.labs.lab10_design import finish
from labkit.labs.lab10_design.browser import Page, Seen, Wish
from labkit.labs.lab10_design.finish import Finish
from labkit.labs.lab10_design.pages import Origin
from labkit.labs.lab10_design.tables import Tables
from labkit.live.server import Server
from labkit.live.tracing import Trace
from labkit.pictures.live import STYLE, Tone
from labkit.pictures.view import Picture, framed

_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "windows.js").read_text(encoding="utf-8")
_CSS = (_FOLDER / "windows.css").read_text(encoding="utf-8") + finish.CSS
WISHES = {
    "read": Wish("GET", "/deployment"),
    "replace": Wish("PUT", "/deployment", {"model": "digits", "threshold": 0.25}, {"If-Match": "{etag}"}),
    "predict": Wish("POST", "/predictions", {"features": [5.1, 3.5, 1.4, 0.2]}, {"Idempotency-Key": "two-windows"}),
    "fail": Wish("GET", "/fragile?divide_by=0"),
}
"""What both pages wish for, by the words on the buttons."""
TONES = {"read": Tone.GOOD, "hidden": Tone.BAD, "unsent": Tone.WAIT}
ELSEWHERE = "Your browser is on another machine: labkit has sent what it would send."
SLIDER = f'<input type="range" min="2" max="{finish.MOST}" value="6" data-part="count" aria-label="how many of them">'
ARRIVALS = 10
"""How many requests are listed that have arrived."""


class Windows(Picture):
    """Two windows and a server between them.

    Attributes:
        seen: what became of each wish, by origin.
        finish: the last race.
    """

    def __init__(self, api: Api, server: Server, origins: tuple[Origin, Origin], rows: Callable[[], Tables]) -> None:
        """Let both pages send what they wish for, in turn.

        Args:
            api: a client of the live server.
            server: the live server.
            origins: the page that is allowed, and the stranger.
            rows: reads the database.
        """
        self._api, self._server, self._origins, self._rows = api, server, origins, rows
        self._since = server.traces.count
        pages = [Page(api.plain(), origin.url) for origin in origins]
        self.seen: dict[str, list[Seen]] = {page.origin: [] for page in pages}
        for wish in WISHES.values():
            for page in pages:
                self.seen[page.origin].append(page.send(wish))
        self.finish = self.race("PUT", 6)

    def race(self, kind: str, count: int) -> Finish:
        """Let requests race, and keep who won."""
        statuses, problem = finish.run(self._api.plain(), kind, count)
        self.finish = Finish(finish.KINDS[kind], statuses, self._rows(), problem)
        return self.finish

    def facts(self, name: str, query: dict[str, str]) -> Any:
        """Answer what the first page asks the kernel for."""
        if name == "race" and query.get("kind") in finish.KINDS and query.get("count", "").isdigit():
            ended = self.race(query["kind"], int(query["count"]))
            return {"said": ended.said, "squares": ended.squares(), "what": ended.what}
        if name == "now":
            return {"arrived": self.arrived(), "rows": self._rows().part()}
        return None

    def arrived(self) -> list[dict[str, Any]]:
        """Return what has arrived from the two origins, the last of it."""
        names = {origin.url: place for place, origin in enumerate(self._origins)}
        found = []
        for trace in self._server.traces:
            said = {name.lower(): value for name, value in trace.request_headers}.get("origin", "")
            if trace.number > self._since and said in names:
                found.append(_arrival(trace, names[said]))
        return found[-ARRIVALS:]

    def html(self) -> str:
        """Return the windows with their script."""
        name = f"windows-{uuid.uuid4().hex}"
        here = not address.elsewhere()
        wishes = {words: vars(wish) for words, wish in WISHES.items()}
        pages = [origin.page for origin in self._origins] if here else []
        facts = {"address": self._server.link, "pages": pages, "wishes": wishes, "arrived": self.arrived()}
        data = json.dumps(facts).replace("<", "\\u003c")
        windows = "".join(self._window(place) for place in range(2))
        buttons = "".join(map(_button, WISHES))
        choices = "".join(f'<option value="{kind}">{escape(words)}</option>' for kind, words in finish.KINDS.items())
        note = "" if here else f'<div class="muted">{ELSEWHERE}</div>'
        return framed(
            [
                f'<div id="{name}" class="windows"><script type="application/json">{data}</script>',
                '<div class="head"><b>Two windows</b><span class="muted">both send the same</span></div>',
                f'<div class="badges">{buttons}</div>{note}<div class="panes">{windows}</div>',
                '<div class="panes below"><div><b>arrived at your server</b>',
                '<ol class="arrived" data-part="arrived"></ol></div>',
                f'<div><b>the database</b><div data-part="rows">{self.finish.tables.part()}</div></div></div>',
                f'<div class="badges"><select data-part="kind" aria-label="what races">{choices}</select>{SLIDER}',
                '<output data-part="many">6</output>',
                '<button type="button" data-part="race">at the same time</button></div>',
                f'<div data-part="finish">{self.finish.squares()}</div>',
                f'<div class="muted" data-part="said">{escape(self.finish.said)}</div></div>',
                f"<script>{_SCRIPT.replace('WINDOWS', name)}</script>",
            ],
            STYLE + _CSS,
        )

    def _window(self, place: int) -> str:
        """Return a window: its address, and what the page sees."""
        origin = self._origins[place]
        lines = "".join(_line(seen) for seen in self.seen[origin.url])
        kind = "allowed" if place == 0 else "a stranger"
        dots, url = "<i></i>" * 3, escape(origin.url)
        bar = f'<div class="bar-of-window">{dots}<code>{url}</code><span>{kind}</span></div>'
        return f'<div class="window" data-window="{place}">{bar}<div data-part="seen">{lines}</div></div>'

    def __str__(self) -> str:
        lines = ["Two windows"]
        for place, (origin, all_seen) in enumerate(self.seen.items()):
            lines.append(f"  {origin}, {'allowed' if place == 0 else 'a stranger'}")
            lines += [f"    {TONES[one.outcome].sign} {_named(one.wish)}: {one.said}" for one in all_seen]
        lines.append("  arrived at your server")
        lines += [f"    {one['status']} {one['line']} from window {one['window'] + 1}" for one in self.arrived()]
        return "\n".join([*lines, f"  {self.finish.what}, {self.finish.said}", str(self.finish.tables)])

    __repr__ = __str__


def _named(wish: Wish) -> str:
    return f"{wish.method} {wish.path}"


def _line(seen: Seen) -> str:
    tone = TONES[seen.outcome]
    words = f"<b>{tone.sign} {escape(_named(seen.wish))}</b><span>{escape(seen.said)}</span>"
    return f'<div class="seen {tone}" data-outcome="{seen.outcome}">{words}</div>'


def _button(words: str) -> str:
    return f'<button type="button" data-wish="{words}">{escape(_named(WISHES[words]))}</button>'


def _arrival(trace: Trace, window: int) -> dict[str, Any]:
    """Return a request as plain data."""
    line = f"{trace.method} {trace.target}"
    return {"number": trace.number, "window": window, "line": line, "status": trace.status or "…"}
