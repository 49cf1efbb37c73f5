"""Promises about counted events, and what became of them.

A safety promise is broken by one event, which is kept, and never forgiven. A liveness promise is only suspected when
time is up: the phase is run again, on fresh replicas, with the deadline doubled, and it is lost if it is late twice.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from labkit.sandbox.patience import patience

PATIENCE = 15.0
"""How long something may take to come about, in seconds: so long that missing it means never."""
OFTEN, SELDOM, SELDOMER = 0.05, 0.5, 1.2
"""Seconds between two looks at first and at last, and how these grow: who looks is a load as well."""


@dataclass(frozen=True)
class Event:
    """What a client saw.

    Attributes:
        sent: the request in one line.
        promised: what was promised.
        got: what came of it.
        advice: what to try, where the symptom identifies the cause.
    """

    sent: str
    promised: str
    got: str
    advice: str | None = None


class Broken(Exception):
    """A safety promise was broken."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.promised)
        self.event = event


class Late(Exception):
    """Something that was promised has not come about yet."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.promised)
        self.event = event


@dataclass
class Phase:
    """One fault, and what came of the promises while it lasted. Threads may share it.

    Attributes:
        name: what it is called.
        times: how much longer than usual to wait.
        seen: how often a client saw what: `kept`, `refused`, `passed on`, `broken`, `lost`.
        first: the first event that broke a safety promise.
        suspected: the first event that was late.
        over: whether its fault is over.
    """

    name: str
    times: float = 1.0
    seen: Counter[str] = field(default_factory=Counter)
    first: Event | None = None
    suspected: Event | None = None
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def held(self) -> bool:
        """Whether every promise was kept so far."""
        return self.first is None and self.suspected is None

    def count(self, what: str) -> None:
        """Count something that is as it should be."""
        with self._lock:
            self.seen[what] += 1

    def broke(self, event: Event) -> None:
        """Keep an event that broke a safety promise."""
        with self._lock:
            self.seen["broken"] += 1
            self.first = self.first or event

    def late(self, event: Event) -> None:
        """Keep an event that was late."""
        with self._lock:
            self.seen["lost"] += 1
            self.suspected = self.suspected or event

    def until(self, what: Callable[[], Any], otherwise: Event, seconds: float = PATIENCE) -> Any:
        """Wait until something comes about, and return it.

        Raises:
            Late: it does not.
            Broken: meanwhile a safety promise was broken, so nobody has to wait any longer.
        """
        until, pause = time.monotonic() + patience(seconds * self.times), OFTEN
        while not (found := what()):
            if self.first:
                raise Broken(self.first)
            if time.monotonic() > until:
                raise Late(otherwise)
            time.sleep(pause)
            pause = min(SELDOM, pause * SELDOMER)
        return found


def run(
    name: str, fault: Callable[[Phase], None], afresh: Callable[[], None], tries: Sequence[float] = (1.0, 2.0)
) -> Phase:
    """Run a phase, and once more if it was only late.

    Args:
        name: what it is called.
        fault: brings the fault about, and ends when it is over.
        afresh: starts the service anew, before the second time.
        tries: how much longer than usual to wait, each time.
    """
    for number, times in enumerate(tries):
        if number:
            afresh()
        phase = Phase(name, times)
        try:
            fault(phase)
        except Broken as broken:
            phase.first = phase.first or broken.event
        except Late as late:
            phase.suspected = phase.suspected or late.event
        finally:
            phase.over.set()
        if phase.held or phase.first:
            break
    return phase


def score(phases: list[Phase]) -> int:
    """Return 0 to 100 for a whole run, to be shown and never to be marked."""
    seen = sum((phase.seen for phase in phases), Counter[str]())
    asked = seen["kept"] + seen["broken"] + seen["lost"]
    return max(0, round(100 * seen["kept"] / asked) - 10 * sum(not phase.held for phase in phases)) if asked else 0
