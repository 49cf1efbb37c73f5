"""The live panel of a lab, `lab.panel()`: what the server does, and a form for every request it takes."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import httpx

from labkit.http.client import connect
from labkit.live.server import Server
from labkit.panel.schema import NoSchema, Schema, operations

TICK = 0.25
"""How often the panel looks for something new, in seconds."""


class Panel:
    """The panel of one server. Widgets are made when a notebook shows it; `str()` says the same in plain text."""

    def __init__(self, name: str, server: Server, plain: bool = False) -> None:
        """Make the panel of a lab's server; a `plain` one is text everywhere."""
        self.name, self.server, self._plain = name, server, plain
        self._client: httpx.Client | None = None
        self._schema = Schema(server, self.client)
        self._shown: Any = None

    @property
    def shown(self) -> Any:
        """The widgets."""
        if self._shown is None:
            from labkit.panel.widgets import Shown  # takes a moment, and needs a notebook

            self._shown = Shown(self.server, self._schema, self.client)
            watched = weakref.ref(self._shown)
            threading.Thread(target=_watch, args=[watched], name="labkit-panel", daemon=True).start()
        return self._shown

    def client(self) -> httpx.Client:
        """A client of the live server."""
        if self._client is None or self._client.base_url != self.server.url:
            self._client = connect(self.server.url)
        return self._client

    def close(self) -> None:
        """Take the widgets away."""
        if self._shown is not None:
            self._shown.close()
            self._shown = None

    def __str__(self) -> str:
        """The server, its operations, the last requests and the last lines of the log."""
        from labkit.panel.traffic import line

        try:
            listed = [f"{method} {path}" for method, path in operations(self._schema.document())]
        except NoSchema as problem:
            listed = [str(problem)]
        page = self.server.pages.docs
        docs = [f"docs      {self.server.link}{page}"] if self.server.running and page else []
        requests = [f"  {line(trace)}" for trace in list(self.server.traces)[-5:]]
        return "\n".join(
            [
                f"{self.name}: {self.server!r}",
                *(f"{'explore' if number == 0 else '':<10}{one}" for number, one in enumerate(listed)),
                *docs,
                *(["traffic", *requests] if requests else ["traffic   no request yet"]),
                *(["log", *(f"  {said}" for said in self.server.log.tail(5).splitlines())]),
            ]
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        text = {"text/plain": str(self)}
        return text if self._plain else text | self.shown.bundle()


def _watch(shown: weakref.ref[Any]) -> None:
    """Bring the panel up to date from time to time, for as long as there is one."""
    pause = threading.Event()
    while (there := shown()) is not None and not there.closed:
        there.look()
        del there
        pause.wait(TICK)
