"""What a lab lets a student see of the live server: one request, several at the same time, a load."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import httpx

from labkit.checks.api import Api
from labkit.http import requests as asking
from labkit.http.requests import Written
from labkit.live.server import Server
from labkit.notebook.draft import Draft
from labkit.panel import Panel
from labkit.pictures.xray import XRay, take

if TYPE_CHECKING:  # not before they are used: they import much
    from labkit.explorer.widgets import Explorer
    from labkit.loadtest.load import Load
    from labkit.module.source import Module
    from labkit.paths import Checks
    from labkit.pictures.gantt import Gantt


class Seeing(ABC):
    """The pictures of a lab that has a live server."""

    server: Server
    _panel: Panel
    draft: Draft

    @property
    @abstractmethod
    def client(self) -> httpx.Client:
        """An httpx client of the live server."""

    @property
    @abstractmethod
    def checks(self) -> Checks:
        """Where the lab's checks stand."""

    @property
    @abstractmethod
    def api(self) -> Api:
        """A client of the live server as checks have it: it knows what your code raised."""

    @property
    @abstractmethod
    def module(self) -> Module:
        """The module as it stands, to be started in a process of its own."""

    @abstractmethod
    def refresh(self) -> tuple[str, ...]:
        """Bring the live server up to date."""

    def panel(self) -> Panel:
        """Return the live panel: the server's state, a form for each request, documentation, log and traffic."""
        return self._panel

    def xray(self, method: str, path: str, **options: Any) -> XRay:
        """Send a request to the live server and draw the five steps it went through.

        Args:
            method: the HTTP method.
            path: the path, with or without a query.
            options: as httpx takes them: params, json, content, headers.
        """
        self.refresh()
        return take(self.client, self.server, method, path, **options)

    def together(self, requests: Sequence[Written], apart: float = 0.005) -> Gantt:
        """Send requests at the same time, and draw when each was under way and when your function worked on it.

            lab.together([("POST", "/predict", {"features": [1, 2, 3, 4]})] * 4 + [("GET", "/model")])

        Args:
            requests: as `labkit.http.requests` reads them.
            apart: how many seconds lie between the beginning of one and the next.
        """
        from labkit.loadtest import concurrent

        self.refresh()
        return concurrent.send(self.server, asking.read(list(requests)), apart)

    def load(
        self,
        first: Written | Sequence[Written],
        path: str | None = None,
        *,
        users: int = 10,
        seconds: float = 10.0,
        rate: float | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Load:
        """Let many users send requests to the live server, from another process, and see how it copes.

            lab.load("GET", "/items?limit=5", users=20, seconds=10)
            lab.load([("GET", "/items/1"), ("POST", "/items", {"name": "lamp"})], rate=50)

        Args:
            first: the method; or a list of requests, which each user sends in turn.
            path: the path, after a method.
            users: how many send at the same time.
            seconds: for how long.
            rate: how many requests are due per second, of all users together; without it, each user sends its next
                request when it has the answer to the last one.
            wait: whether to wait for the end; if not, go on with `.wait()`, `.stop()` and the numbers so far.
            options: json, content, headers.

        Raises:
            ValueError: something of this makes no sense.
        """
        from labkit.loadtest.load import Load

        if users < 1 or seconds <= 0 or (rate is not None and rate <= 0):
            raise ValueError("A load needs at least one user, and seconds and rate above 0.")
        self.refresh()
        load = Load(asking.read(first, path, **options), users, seconds, rate).begin(self.server.url)
        return load.wait() if wait else load

    def explore(self, method: str, path: str, /, **values: Any) -> Explorer:
        """Draw the fields of a request with their bounds, and send it each time one is changed; see Exploration."""
        from labkit.explorer.exploration import Exploration
        from labkit.explorer.widgets import Explorer

        self.refresh()
        return Explorer(Exploration(self.api, method, path, values))
