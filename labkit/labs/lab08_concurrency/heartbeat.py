"""The heartbeat: how regularly the event loop takes its turn while requests are under way, and where your code works.

The loop beats fifty times a second, by a coroutine among the requests of the live server. Where your code holds it
there is a hole in the beat. Below stand the places where Python runs lines of the module, the loop, threads and other
processes, and then each request as a bar.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

from labkit.http.requests import Ask
from labkit.live.server import Server
from labkit.loadtest import concurrent
from labkit.module.interrupt import runs
from labkit.pictures.gantt import WIDTH, Bar, Gantt, Row
from labkit.pictures.live import Tone
from labkit.pictures.scale import duration, percent, strip

STYLE = Path(__file__).with_name("heartbeat.css").read_text(encoding="utf-8")
EVERY = 0.02
"""How many seconds lie between two beats."""
HOLE = 0.1
"""From which silence on a hole is drawn, in seconds: a thread that computes holds Python for 5 ms at a time."""
LOOK = 0.01
"""How many seconds lie between two looks at where the module works."""
BEFORE, AFTER = 0.2, 0.2
"""How long the beat is watched before the first request and after the last answer, in seconds."""
LONGEST = 3.0
"""How long it is watched at most, where code of the module goes on after the answers, in seconds."""
LOOP, THREADS = "your code in the loop", "your code in threads"
MEANING = {503: Tone.ODD}
"""What a status means here, where it is not the usual: a refusal is no failure."""

Span = tuple[float, float]


@dataclass(repr=False)
class Heartbeat(Gantt):
    """Requests over one time axis, with the beat of the loop above them.

    Attributes:
        beats: when the loop has beaten, in seconds from the picture's beginning.
        seen: when lines of the module were seen to run, in each place.
    """

    title: str = "Heartbeat"
    beats: list[float] = field(default_factory=list)
    seen: dict[str, list[float]] = field(default_factory=lambda: {LOOP: [], THREADS: []})

    @property
    def length(self) -> float:
        """From the beginning to the last answer, or beat."""
        return max(super().length, *self.beats[-1:], 0.0)

    @property
    def silences(self) -> list[Span]:
        """From when to when the loop did not beat, longer than it should."""
        beats = [*list(self.beats), *([self.clock()] if self.clock.running and self.beats else [])]
        return [pair for pair in pairwise(beats) if pair[1] - pair[0] >= HOLE]

    def at_work(self, seconds: float) -> bool:
        """Whether code of the module was seen to run in this process within the last seconds."""
        return any(times and self.clock() - times[-1] < seconds for times in self.seen.values())

    def work(self) -> dict[str, list[Span]]:
        """Return from when to when code of the module worked, place by place."""
        found = {place: _spans(list(times)) for place, times in self.seen.items()}
        for bar in sorted(self.bars, key=lambda one: one.end or 0.0):
            if bar.working and (pid := _pid(bar)) not in (None, os.getpid()):
                lane = found.setdefault(f"your code in process {pid}", [])
                begin = max([bar.working[0], *(end for _, end in lane)])  # it does one after the other
                lane.append((min(begin, bar.working[1]), bar.working[1]))
        return found

    def rows(self, whole: float) -> list[Row]:
        """Return the beat, the places where the module works, and the requests."""
        beats = "".join(f'<i class="beat" style="left: {percent(at, whole):.2f}%"></i>' for at in list(self.beats))
        holes = "".join(_piece("hole", span, whole) for span in self.silences)
        tone = Tone.BAD if self.silences else Tone.GOOD
        track = f'<div class="track beats {tone}" data-beats="{len(self.beats)}" data-holes="{len(self.silences)}">'
        said = f'<span class="{tone}">{escape(self._said())}</span>'
        rows = [("<b>event loop</b>", f"<style>{STYLE}</style>{track}{beats}{holes}</div>", said)]
        for place, spans in self.work().items():
            pieces = "".join(_piece("works", span, whole) for span in spans)
            track = f'<div class="track at-work {Tone.WAIT}" data-place="{escape(place)}" data-spans="{len(spans)}">'
            rows.append((escape(place), f"{track}{pieces}</div>", _worked(spans)))
        return rows + super().rows(whole)

    def strips(self) -> list[Row]:
        """Return the same as text."""
        rows = [("event loop", _beaten(self.beats, self.length), self._said())]
        for place, spans in self.work().items():
            line = [" "] * WIDTH
            for begin, end in spans:
                first, last = strip(begin, end, self.length, WIDTH)
                line[first:last] = "█" * (last - first)
            rows.append((place, "".join(line), _worked(spans)))
        return rows + super().strips()

    def _said(self) -> str:
        """Say how the loop has beaten."""
        if not self.beats:
            return "no beat: nothing is served" if self.bars else "no beat yet"
        longest = max((end - begin for begin, end in pairwise(self.beats)), default=0.0)
        return f"{len(self.beats)} beats, longest silence {duration(longest)}"


def watch(
    server: Server, module: Path, asks: Sequence[Ask], apart: float = 0.005, picture: Heartbeat | None = None
) -> Heartbeat:
    """Send requests to the live server at the same time, and draw how its loop beats meanwhile.

    Args:
        server: the live server.
        module: the student's file: its lines are what is looked for.
        asks: the requests.
        apart: how many seconds lie between the beginning of one and the next.
        picture: what to draw in, if not in a new one, which is shown while it is drawn.
    """
    picture, own = picture or Heartbeat(), picture is None
    with picture.live() if own else contextlib.nullcontext(), _looking(picture, module), _beating(picture, server):
        concurrent.send(server, asks, apart, picture, MEANING)
    picture.clock.stop()
    return picture


@contextlib.contextmanager
def _beating(picture: Heartbeat, server: Server) -> Iterator[None]:
    """Let the loop beat while the block runs, and a moment longer."""
    over = threading.Event()

    async def beat() -> None:
        while not over.is_set():
            picture.beats.append(picture.clock())
            await asyncio.sleep(EVERY)

    beating = server.submit(beat())
    time.sleep(BEFORE)
    try:
        yield
        until = time.monotonic() + LONGEST
        time.sleep(AFTER)
        while picture.at_work(AFTER) and time.monotonic() < until:
            time.sleep(LOOK)
    finally:
        over.set()
        if beating is not None:
            beating.cancel()


@contextlib.contextmanager
def _looking(picture: Heartbeat, module: Path) -> Iterator[None]:
    """Look in which threads of this process lines of the module run, while the block does."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            loops = {thread.ident for thread in threading.enumerate() if thread.name == "labkit-server"}
            at, frames = picture.clock(), sys._current_frames().items()
            working = {ident for ident, frame in frames if runs(frame, str(module))}
            for place, there in ((LOOP, working & loops), (THREADS, working - loops)):
                picture.seen[place] += [at] if there else []

    looking = threading.Thread(target=look, name="labkit-looking", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def _spans(times: Sequence[float]) -> list[Span]:
    """Join moments that lie close together: between two looks Python may have been held by what was looked at."""
    spans: list[Span] = []
    for at in times:
        if spans and at - spans[-1][1] < 4 * LOOK + HOLE:
            spans[-1] = (spans[-1][0], at)
        else:
            spans.append((at, at + LOOK))
    return spans


def _pid(bar: Bar) -> int | None:
    """The number of the process that an answer names."""
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return int(json.loads(bar.answer)["pid"])
    return None


def _piece(look: str, span: Span, whole: float) -> str:
    left, right = (percent(at, whole) for at in span)
    return f'<i class="{look}" style="left: {left:.2f}%; width: {max(right - left, 0.3):.2f}%"></i>'


def _worked(spans: Sequence[Span]) -> str:
    return duration(sum(end - begin for begin, end in spans)) if spans else "not at all"


def _beaten(beats: Sequence[float], length: float) -> str:
    """Draw the beat with characters: one for each part of the time that has most of its beats, and fewer for fewer."""
    wanted = max(length / WIDTH / EVERY, 1.0)
    counts = [0] * WIDTH
    for at in beats:
        counts[min(int(at / length * WIDTH), WIDTH - 1) if length else 0] += 1
    return "".join("|" if count >= wanted / 2 else ":" if count else " " for count in counts)
