"""How many answers a second a service gives, as a ratio to the given one: both in one run, in turns.

A machine that is busy is busy for both. It is shown, and never marked: where the ratios lie far apart nothing is said.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from html import escape
from statistics import median

from labkit import sections
from labkit.checks.api import Mismatch
from labkit.checks.running import Running, running
from labkit.checks.servers import Servers
from labkit.labs.lab14_capstone.setups import ADMIN, ALONE, PREDICT, flower, key, together
from labkit.module.source import Module
from labkit.notebook.judging import LOCK
from labkit.pictures.view import Picture, framed
from labkit.resilience import wire

SLICES, REQUESTS, AT_ONCE = 5, 300, 32
SPREAD = 1 / 3
"""How far apart the ratios may lie, as a part of the one in the middle."""


@dataclass(frozen=True)
class Speed(Picture):
    """What came of it.

    Attributes:
        ratios: of each pair of slices, how many times as many answers a second as the given service has given.
        problem: why there are none.
    """

    ratios: tuple[float, ...] = ()
    problem: str = ""

    def __str__(self) -> str:
        if not self.ratios:
            return self.problem
        lowest, middle, highest = min(self.ratios), median(self.ratios), max(self.ratios)
        spread = f"{lowest:.2f} to {highest:.2f}, {len(self.ratios)} times {AT_ONCE} at once"
        if highest - lowest > SPREAD * middle:
            return f"too noisy to say ({spread})"
        return f"{middle:.2f} times as many answers a second as the given service ({spread})"

    def html(self) -> str:
        """Return the HTML form."""
        return framed([f"<p>{escape(str(self))}</p>"])


def compare(module: Module, requests: int = REQUESTS) -> Speed:
    """Ask a module and its first section, which was given, in turns, so many requests each time."""
    parts = sections.parse(module.text)
    given = replace(module, text=sections.render(parts[:1], module.lab))
    try:
        with contextlib.closing(Servers(given, LOCK)) as theirs, contextlib.closing(Servers(module, LOCK)) as own:
            services = [running(theirs, ALONE), running(own, ALONE)]
            for service in services:
                _slice(service, AT_ONCE)
            pairs = [[_slice(service, requests) for service in services] for _ in range(SLICES)]
    except Mismatch as problem:
        return Speed(problem=f"{problem.sent}: {problem.got}")
    return Speed(tuple(before / now for before, now in pairs))


def _slice(service: Running, count: int) -> float:
    """Return how long so many answers take.

    Raises:
        Mismatch: a request was not answered with 200.
    """
    dial = service.api.dial
    assert dial is not None

    def one(_: int) -> None:
        try:
            answer = str(wire.send(dial, "POST", PREDICT, {"X-API-Key": key(ADMIN)}, {"features": flower()}))
        except (wire.Unreachable, wire.Silent) as problem:
            answer = str(problem)
        if not answer.startswith("200 "):
            raise Mismatch(f"POST {PREDICT}, {AT_ONCE} at once", "200", answer)

    began = time.perf_counter()
    together(count, one, at_once=AT_ONCE)
    return time.perf_counter() - began
