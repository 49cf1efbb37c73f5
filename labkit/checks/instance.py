"""A module that is served in a process of its own: what a check asks it, and what it says of itself."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from labkit.checks.api import Api
from labkit.checks.places import at_home
from labkit.module.advice import advised
from labkit.sandbox.patience import patience
from labkit.sandbox.service import Served

_SETTLE = 2.0
"""How long to wait for what a process prints, in seconds."""
_AGAIN, _HOLD = 30.0, 10.0
"""How long a restart may take, and to get hold of a database, in seconds."""


class Instance:
    """A module in a process of its own; labkit.sandbox.setup.Running says what its parts are.

    Attributes:
        left_out: why each section that was left out was, by its name.
        dismissed: whether a check has sent it a signal: it may end.
    """

    dismissed = False
    settings: dict[str, Any]

    def __init__(self, served: Served | None, api: Api, problem: str = "") -> None:
        """Look at what is served, or say why nothing is."""
        self.api = api
        self.problem = advised(at_home(problem or (served.problem if served else "")))
        self.given: dict[str, Any] = served.given if served else {}
        left_out = served.left_out if served else {}
        self.left_out = {name: advised(at_home(why)) for name, why in left_out.items()}
        self.companions: dict[str, Any] = dict(served.companions) if served else {}
        settings = served.said("settings") if served else None
        self.settings = settings if isinstance(settings, dict) else {}
        self._served = served

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._served is not None and self._served.alive and self.exit_code() is None

    @property
    def ended(self) -> str:
        """Why its process ended; empty where it did not."""
        return self._served.ended if self._served else ""

    def events(self) -> list[str]:
        """Return what was told since this was last asked for."""
        if self._served is None:
            return []
        self._served.listen()
        found = list(self._served.events)
        self._served.events.clear()
        return found

    def restart(self, **environment: str) -> None:
        """Start it again, in the same folder."""
        if self._served is not None:
            self._served.restart(environment, patience(_AGAIN))
            self.problem = advised(at_home(self._served.problem))

    @contextlib.contextmanager
    def holding(self, database: str) -> Iterator[Callable[[], None]]:
        """Hold a database; what is yielded lets go of it."""

        def ask(hold: str) -> None:
            before = len(self._served.reports) if self._served else 0
            if self._served and self._served.alive:
                self._served.ask(hold=hold)
                self._served.said("held", patience(_HOLD), before)

        ask(database)
        try:
            yield lambda: ask("")
        finally:
            ask("")

    def signal(self, number: int, pid: int | None = None) -> bool:
        """Send a signal to the main process of the command, or to one below it; without a command, to the module's."""
        if self._served is None:
            return False
        self.dismissed = True
        before = len(self._served.reports)
        self._served.ask(signal=int(number), pid=pid)
        return self._served.said("signalled", _SETTLE, before) is True

    def exit_code(self, seconds: float = 0.0) -> int | None:
        """Return how the command has ended; None while it runs."""
        code = self._served.said("exit", seconds) if self._served else None
        return code if isinstance(code, int) else None

    def read(self, path: str) -> str:
        """Return the end of a file in the folder of the command."""
        if self._served is None:
            return ""
        before = len(self._served.reports)
        self._served.ask(read=path)
        said = self._served.said("read", patience(_SETTLE), before)
        return said if isinstance(said, str) else ""

    def gone(self, seconds: float) -> bool:
        """Whether nothing is left of the command, or of the module's own process."""
        return self._served is None or self._served.said("left", seconds) == 0 or not self._served.alive

    def printed(self, enough: Callable[[list[str], list[str]], bool] | None = None) -> tuple[list[str], list[str]]:
        """Return the lines of stdout and of stderr, if need be after waiting for them."""
        if self._served is None or self._served.sandboxed.printed is None:
            return [], []
        until = time.monotonic() + _SETTLE
        while True:
            complete = not self._served.alive
            lines = self._served.sandboxed.printed.lines()
            if enough is None or enough(*lines) or complete or time.monotonic() > until:
                return lines
            time.sleep(0.01)
