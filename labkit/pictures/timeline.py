"""State timeline: which state each of several things was in, and when; events that befell all of them.

    timeline = StateTimeline("Two probes", {"ready": "good", "loading": "wait", "down": "bad"})
    with timeline.live():
        timeline.mark("liveness", "ready")
        timeline.mark("readiness", "loading")
        time.sleep(2)
        timeline.mark("readiness", "ready")
        timeline.event("crash")

A state lasts until the next one of the same lane. Without `at` the clock is used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Self

from labkit.pictures.live import EVERY, LivePicture, Tone, drawn, lanes
from labkit.pictures.scale import Clock, duration, percent, times, within


@dataclass(frozen=True)
class Span:
    """One state of one lane, from when to when, in seconds."""

    state: str
    begin: float
    end: float
    tone: Tone


@dataclass(repr=False)
class StateTimeline(LivePicture):
    """Lanes of states over one time axis.

    Attributes:
        title: what stands above.
        states: what each state means; one that is not named here is drawn as odd.
        marks: for each lane, from when on it was in which state.
        events: what happened when.
    """

    title: str = "States over time"
    states: Mapping[str, Tone | str] = field(default_factory=dict)
    marks: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    events: list[tuple[float, str]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def mark(self, lane: str, state: str, at: float | None = None) -> None:
        """Say that a lane is in a state from now on, or from `at`; the same state again changes nothing."""
        kept = self.marks.setdefault(lane, [])
        when = self.clock() if at is None else at
        if not kept or kept[-1][1] != state:
            kept.append((when, state))
            kept.sort(key=lambda mark: mark[0])

    def event(self, name: str, at: float | None = None) -> None:
        """Say that something happened now, or at `at`."""
        self.events.append((self.clock() if at is None else at, name))

    @contextlib.contextmanager
    def live(self, every: float = EVERY) -> Iterator[Self]:
        """Show the timeline and draw it on until the block ends, where the last states end as well."""
        with super().live(every):
            try:
                yield self
            finally:
                self.clock.stop()

    @property
    def length(self) -> float:
        """To the last mark or event, or to the clock's time."""
        times = [at for kept in list(self.marks.values()) for at, _ in kept] + [at for at, _ in self.events]
        return max([*times, self.clock() if self.clock.began else 0.0])

    def spans(self, lane: str) -> list[Span]:
        """Return the states of a lane, each with its beginning and end."""
        kept = list(self.marks[lane])
        ends = [at for at, _ in kept[1:]] + [self.length]
        return [
            Span(state, begin, max(begin, end), Tone(self.states.get(state, Tone.ODD)))
            for (begin, state), end in zip(kept, ends, strict=True)
        ]

    def html(self) -> str:
        """Return a lane of coloured spans with their words for each thing, and the events as lines across them."""
        length = self.length
        whole = length or 1.0
        rows = [(escape(lane), _track(lane, self.spans(lane), whole), "") for lane in list(self.marks)]
        marks = within(0, length)
        places = [(percent(at, whole), label) for at, label in zip(marks, times(marks), strict=True)]
        events = "".join(_event(at, whole, name) for at, name in list(self.events))
        look = "states eventful" if events else "states"
        return drawn(self.title, duration(length), [lanes(rows, places, events, str(self), look)])

    def __str__(self) -> str:
        lines = [f"{self.title}: {duration(self.length)}"]
        longest = max(map(len, self.marks), default=0)
        for lane in list(self.marks):
            said = [f"{span.tone.sign} {span.state} {duration(span.end - span.begin)}" for span in self.spans(lane)]
            lines.append(f"  {lane:<{longest}}  {', '.join(said)}")
        lines += [f"  at {duration(at)}: {name}" for at, name in self.events]
        return "\n".join(lines)


def _track(lane: str, spans: list[Span], whole: float) -> str:
    return f'<div class="track" data-lane="{escape(lane)}">{"".join(_span(span, whole) for span in spans)}</div>'


def _span(span: Span, whole: float) -> str:
    left = percent(span.begin, whole)
    width = percent(span.end, whole) - left
    return (
        f'<i class="state {span.tone}" style="left: {left:.2f}%; width: {width:.2f}%" title="{escape(span.state)}">'
        f"<span>{span.tone.sign}</span> <span>{escape(span.state)}</span></i>"
    )


def _event(at: float, whole: float, name: str) -> str:
    side = "before" if at > 0.8 * whole else "after"  # where its name has room
    return f'<u class="event" style="left: {percent(at, whole):.2f}%"><b class="{side}">{escape(name)}</b></u>'
