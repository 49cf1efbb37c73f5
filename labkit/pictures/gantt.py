"""Gantt of concurrent requests: which request was under way when, and when the server was at work on it.

    picture = Gantt("Two at once")
    picture.bars.append(Bar("POST /predict", 0.00, 0.61, working=(0.01, 0.60), note="200"))
    picture.bars.append(Bar("GET /model", 0.05, 0.64, working=(0.61, 0.63), note="200"))
    picture

`lab.together` sends requests at the same time and returns one, drawn live.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from labkit.pictures.live import LivePicture, Tone, drawn, lanes
from labkit.pictures.scale import Clock, duration, percent, strip, ticks, times

WIDTH = 40
"""How many characters the text form has for the time."""
LEGEND = (
    '<div class="legend"><span><i class="waits"></i>under way</span>'
    '<span><i class="works"></i>in your function</span></div>'
)


Row = tuple[str, str, str]


@dataclass
class Bar:
    """One request. Times are seconds from the picture's beginning.

    Attributes:
        name: what stands at its left.
        begin: when it was sent.
        end: when its answer was there; None while it is under way.
        working: from when to when the student's function ran; None if that is not known.
        note: what stands at its right, such as the status.
        tone: what it came to.
        answer: the body of the answer.
    """

    name: str
    begin: float
    end: float | None = None
    working: tuple[float, float] | None = None
    note: str = ""
    tone: Tone = Tone.GOOD
    answer: bytes = b""


@dataclass(repr=False)
class Gantt(LivePicture):
    """Requests as bars over one time axis, from top to bottom in the order in which they began.

    Attributes:
        title: what stands above.
        bars: the requests.
        clock: tells how far requests that are under way have come.
    """

    title: str = "Requests at the same time"
    bars: list[Bar] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    @property
    def length(self) -> float:
        """From the beginning to the last answer, or to now while a request is under way."""
        ends = [bar.begin if bar.end is None else bar.end for bar in self.bars]
        if self.clock.running and any(bar.end is None for bar in self.bars):
            ends.append(self.clock())
        return max(ends, default=0.0)

    def html(self) -> str:
        """Return one line for each request: its name, its bar, how long it took, and a time axis below."""
        marks = ticks(self.length)
        whole = marks[-1]
        rows = self.rows(whole)
        places = [(percent(at, whole), label) for at, label in zip(marks, times(marks), strict=True)]
        lines = "".join(f'<u style="left: {place:.2f}%"></u>' for place, _ in places[1:])
        return drawn(self.title, self._total(), [lanes(rows, places, lines, str(self)), LEGEND])

    def rows(self, whole: float) -> list[Row]:
        """Return the lanes of the picture, each as its name, its track and what stands at its end, in HTML.

        Args:
            whole: how many seconds the axis has.
        """
        return [_row(bar, self.length, whole) for bar in list(self.bars)]

    def strips(self) -> list[Row]:
        """Return the lanes as text: each as its name, a strip of WIDTH characters and what stands at its end."""
        return [(bar.name, _strip(bar, self.length), _said(bar)) for bar in self.bars]

    def __str__(self) -> str:
        strips = self.strips()
        longest = max((len(name) for name, *_ in strips), default=0)
        lines = [f"  {name:<{longest}} |{strip}| {said}" for name, strip, said in strips]
        return "\n".join([f"{self.title}: {self._total()}", *lines, "  ░ under way   █ in your function"])

    def _total(self) -> str:
        under_way = sum(bar.end is None for bar in self.bars)
        count = f"{len(self.bars)} request{'' if len(self.bars) == 1 else 's'}"
        return f"{count}, {under_way} under way" if under_way else f"{count} in {duration(self.length)}"


def _said(bar: Bar) -> str:
    """Say what came of a request: how long it took, and its note."""
    took = "under way" if bar.end is None else duration(bar.end - bar.begin)
    sign = "" if bar.tone == Tone.GOOD else f"{Tone(bar.tone).sign} "
    return f"{sign}{took}{', ' if bar.note else ''}{bar.note}"


def _row(bar: Bar, now: float, whole: float) -> tuple[str, str, str]:
    """Return a request's name, its track, and what came of it."""
    left, right = percent(bar.begin, whole), percent(now if bar.end is None else bar.end, whole)
    parts = _part("waits running" if bar.end is None else "waits", left, right)
    if bar.working:
        parts += _part("works", *(percent(at, whole) for at in bar.working))
    track = f'<div class="track {Tone(bar.tone)}" data-bar="{escape(bar.name)}">{parts}</div>'
    return f"<code>{escape(bar.name)}</code>", track, f'<span class="{Tone(bar.tone)}">{escape(_said(bar))}</span>'


def _part(look: str, left: float, right: float) -> str:
    return f'<i class="{look}" style="left: {left:.2f}%; width: {max(right - left, 0.3):.2f}%"></i>'


def _strip(bar: Bar, whole: float) -> str:
    """Draw a request with characters."""
    line = [" "] * WIDTH
    parts = [(bar.begin, whole if bar.end is None else bar.end, "░")]
    parts += [(*bar.working, "█")] if bar.working else []
    for begin, end, sign in parts:
        first, last = strip(begin, end, whole, WIDTH)
        line[first:last] = sign * (last - first)
    return "".join(line)
