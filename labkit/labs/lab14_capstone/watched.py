"""Replicas and a cache that are watched: whoever does something to them, or asks them, is heard by a record."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

from labkit.checks.running import Running
from labkit.companions.valkey import Valkey
from labkit.labs.lab14_capstone.record import RUNS
from labkit.resilience.balancer import Replica
from labkit.resilience.wire import Answer, Pending, Silent, Unreachable


class Watched:
    """A replica as the checks see it, whose calls of the model are counted.

    Attributes:
        calls: how many there were.
    """

    def __init__(self, running: Running, told: Callable[[str], None]) -> None:
        """Watch a replica; `told` hears when it gets a signal."""
        self._running, self._told = running, told
        self._events: list[str] = []
        self._lock = threading.Lock()
        self.calls = 0

    def look(self) -> None:
        """Count the calls of the model up to now."""
        with self._lock:
            found = self._running.events()
            self._events += found
            self.calls += sum(event.startswith("begin ") for event in found)

    def events(self) -> list[str]:
        """Return what was told since this was last asked for."""
        self.look()
        with self._lock:
            found, self._events = self._events, []
        return found

    def signal(self, number: int, pid: int | None = None) -> bool:
        """Send it a signal."""
        if self._running.alive:
            self._told(signal.Signals(number).name)
        return self._running.signal(number, pid)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._running, name)


Heard = Callable[[Answer | None, str], None]
"""Hears what a request has come to: its answer, or why there is none."""


class WatchedPending(Pending):
    """A request whose answer has not been read; what comes of it is told."""

    def __init__(self, pending: Pending, heard: Heard) -> None:
        """Watch a request."""
        self._pending, self._heard = pending, heard

    def fileno(self) -> int:
        """Return what is readable when there is an answer, or an end."""
        return self._pending.fileno()

    def close(self) -> None:
        """Hang up, whether there was an answer or not."""
        self._pending.close()

    def answer(self) -> Answer:
        """Read the whole answer."""
        try:
            found = self._pending.answer()
        except (Unreachable, Silent) as problem:
            self._heard(None, str(problem))
            raise
        self._heard(found, "")
        return found


class WatchedReplica(Replica):
    """A replica as a client sees it; what is sent to it is told."""

    asked: Callable[[str, str, Mapping[str, str], Any], Heard]

    def begin(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Pending:
        """Send a request to this replica alone, and leave its answer to be read."""
        heard = self.asked(method, path, headers, body)
        try:
            return WatchedPending(super().begin(method, path, headers, body), heard)
        except (Unreachable, Silent) as problem:
            heard(None, "" if self.down else str(problem))
            raise


class WatchedValkey(Valkey):
    """A Valkey that tells what is done to it."""

    def __init__(self, told: Callable[[str, str], None]) -> None:
        """Start nothing yet."""
        super().__init__()
        self._told, self._dead = told, False

    def start(self) -> None:
        """Start it."""
        super().start()
        if self._dead:
            self._told("cache back", RUNS)
        self._dead = False

    def freeze(self) -> None:
        """Let it hang."""
        super().freeze()
        self._told("cache hangs", "hangs")

    def kill(self) -> None:
        """End it."""
        if self.running and not self._dead and self.url:
            self._dead = True
            self._told("cache gone", "is gone")
        super().kill()

    def stop(self) -> None:
        """End it for good, with the mission."""
        self._dead = True
        super().stop()
