"""How long a login takes for a known and for an unknown name: what the time tells of who is registered."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from html import escape

from labkit.checks.api import Api, Mismatch
from labkit.pictures.live import Tone
from labkit.text import one_line

PAIRS = 4
"""How often each is timed, one after the other; the quickest counts."""
TELLING = 0.5
"""Below which share of a known name's time an unknown one is told by it."""


@dataclass
class LoginStrip:
    """Two bars, and what they tell.

    Attributes:
        problem: why there is nothing to be seen; empty if there is.
        known: how long a wrong password of a known user takes, in seconds, each time.
        unknown: how long an unknown user takes.
        name: who is known.
    """

    problem: str = "not timed yet"
    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    name: str = ""

    @property
    def share(self) -> float:
        """How long an unknown user takes, where a known one takes 1."""
        return min(self.unknown) / min(self.known)

    @property
    def tone(self) -> Tone:
        """Whether the time tells who is registered."""
        return Tone.OFF if self.problem else Tone.BAD if self.share < TELLING else Tone.GOOD

    def html(self) -> str:
        """Return a bar for each of the two."""
        if self.problem:
            return f'<div class="muted">A login: {escape(self.problem)}.</div>'
        longest = max(min(self.known), min(self.unknown))
        rows = "".join(
            f'<span>{escape(name)}</span><span class="took">{_bar(tone, took / longest)}</span>'
            f'<span class="end">{1000 * took:.1f} ms</span>'
            for name, took, tone in self._rows()
        )
        words = f'<div class="{self.tone}"><b class="sign">{self.tone.sign}</b> {escape(self.words)}</div>'
        return f'<div class="strip" data-share="{self.share:.3f}">{rows}</div>{words}'

    @property
    def words(self) -> str:
        """What the two bars tell."""
        if self.tone == Tone.BAD:
            return (
                f"An unknown name takes {self.share:.2f} of the time of a known one: the time tells who is registered."
            )
        return "Both take their time: nobody learns from it who is registered."

    def __str__(self) -> str:
        if self.problem:
            return f"A login: {self.problem}."
        lines = [f"{name:<34} {1000 * took:6.1f} ms" for name, took, _ in self._rows()]
        return "\n".join([*lines, f"{self.tone.sign} {self.words}"])

    def _rows(self) -> list[tuple[str, float, Tone]]:
        known = f"a wrong password of {self.name}"
        return [(known, min(self.known), Tone.OFF), ("an unknown name", min(self.unknown), self.tone)]


def _bar(tone: Tone, share: float) -> str:
    return f'<i class="{tone}" style="width: {100 * share:.1f}%"></i>'


def timed(api: Api, name: str | None) -> LoginStrip:
    """Time logins that fail.

    Args:
        api: a client of the server.
        name: somebody who is registered; None where nobody is.
    """
    if name is None:
        return LoginStrip("nobody is registered yet")
    strip = LoginStrip("", name=name)
    for _ in range(PAIRS):
        for took, who in ((strip.known, name), (strip.unknown, f"nobody_{secrets.token_hex(4)}")):
            begun = time.perf_counter()
            try:
                reply = api.post("/token", data={"username": who, "password": secrets.token_urlsafe()})
            except Mismatch as problem:
                return LoginStrip(one_line(problem.got, 80))
            took.append(time.perf_counter() - begun)
            if reply.status in (404, 405, 422) and strip.unknown == []:
                return LoginStrip(f"POST /token answers {reply.status}")
    return strip
