"""The token waterfall: a token is a dot in time, made above and arrived below; a cut shows Last-Event-ID at work.

When a token is made is seen in the served module itself, whose `made` is looked at from a thread. When it arrives, the
client knows. A server that collects draws one upright line at the end; one that begins again draws numbers twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from labkit.checks.api import Api, Mismatch
from labkit.checks.events import EventStream
from labkit.pictures.live import LivePicture, drawn
from labkit.pictures.scale import duration, percent, times, within

LOOK = 0.005
"""How many seconds lie between two looks at what is made."""
PAUSE = 0.6
"""How long the line is cut."""
SECONDS = 30.0
COLUMNS = 60
_ABOVE, _BELOW, _TALL = 26, 104, 140
_WIDE, _LEFT = 900, 70
_STYLE = (
    "<style>.labkit svg.chart .fall { stroke: var(--line); stroke-width: 1.5 } "
    ".labkit svg.chart .gone { fill: var(--ground) }</style>"
)


@dataclass(repr=False)
class Waterfall(LivePicture):
    """When each token was made, and when it arrived.

    Attributes:
        count: how many were asked for.
        made: when each was made, in seconds.
        arrived: when each arrived, with its id and the number of the connection it came over.
        cuts: when the line was cut, and when it was taken up again.
        ended: whether the end was told.
        problem: what stood in the way.
    """

    count: int
    made: list[float] = field(default_factory=list)
    arrived: list[tuple[float, str, int]] = field(default_factory=list)
    cuts: list[tuple[float, float]] = field(default_factory=list)
    ended: bool = False
    problem: str = ""

    def take(self, api: Api, made: Callable[[], int], prompt: str, cut: int | None) -> Waterfall:
        """Ask for the tokens, and note when each is made and arrives.

        Args:
            api: a client of the live server.
            made: tells how many tokens its module has made.
            prompt: the prompt.
            cut: after how many tokens the line is cut, for a moment.
        """
        began, over = time.monotonic(), threading.Event()
        watching = threading.Thread(target=self._watch, args=(made, began, over), daemon=True)
        watching.start()
        try:
            last = self._read(api, prompt, began, cut, None)
            if cut is not None and last is not None:
                gone = time.monotonic() - began
                time.sleep(PAUSE)
                self.cuts.append((gone, time.monotonic() - began))
                self._read(api, prompt, began, None, last)
        except Mismatch as problem:
            self.problem = f"{problem.sent}: {problem.got}"
        finally:
            over.set()
            watching.join()
        return self

    def _watch(self, made: Callable[[], int], began: float, over: threading.Event) -> None:
        before, ended = made(), False
        while not ended:
            ended = over.wait(LOOK)  # there is one last look behind the end
            now = made()
            self.made += [time.monotonic() - began] * (now - before)
            before = now

    def _read(self, api: Api, prompt: str, began: float, most: int | None, last: str | None) -> str | None:
        """Read tokens, all or so many; return the last id, if the line was cut before the end."""
        headers = {} if last is None else {"Last-Event-ID": last}
        params = {"prompt": prompt, "count": self.count}
        with api.events("/generate", seconds=SECONDS, params=params, headers=headers) as stream:
            if stream.status != 200 or not stream.typed:
                self.problem = _unlike(stream)
                return None
            number = 0
            while number != most and (event := stream.next()) is not None:
                if event.name == "message":
                    number += 1
                    self.arrived.append((event.at - began, event.id, len(self.cuts)))
                    last = event.id
                self.ended = self.ended or event.name == "done"
            if not stream.came:
                self.problem = f"{stream.sent}: the stream has ended, and no event had come"
        return last if most is not None else None

    @property
    def length(self) -> float:
        """To the last token that was made, or has arrived."""
        return max([0.1, *self.made, *(at for at, _, _ in self.arrived), *(end for _, end in self.cuts)])

    @property
    def note(self) -> str:
        """How many, in words."""
        end = "the end was told" if self.ended else "no end was told"
        return f"{len(self.made)} made, {len(self.arrived)} arrived, {end}"

    def html(self) -> str:
        """Return dots above and below, a line from each to its own, and the cut as a gap."""
        if self.problem:
            return drawn("Token waterfall", self.note, [f'<div class="message">{escape(self.problem)}</div>'])
        svg = f'<svg class="chart waterfall" viewBox="0 0 {_WIDE} {_TALL}" role="img" aria-label="{escape(str(self))}">'
        parts = [_STYLE, svg, *self._gaps(), *self._falls(), *self._dots_drawn(), *self._axis(), "</svg>"]
        return drawn("Token waterfall", f"{self.note}, {duration(self.length)}", parts)

    def _x(self, at: float) -> str:
        """Where a moment lies."""
        return f"{_LEFT + (_WIDE - _LEFT - 20) * percent(at, self.length) / 100:.1f}"

    def _gaps(self) -> Iterator[str]:
        for begin, end in self.cuts:
            width = float(self._x(end)) - float(self._x(begin))
            yield f'<rect class="gone" x="{self._x(begin)}" y="8" width="{width:.1f}" height="{_TALL - 32}"/>'
            yield f'<text class="middle" x="{self._x((begin + end) / 2)}" y="{(_ABOVE + _BELOW) / 2 + 5}">cut</text>'

    def _falls(self) -> Iterator[str]:
        for made, at in self._pairs():
            yield f'<line class="fall" x1="{self._x(made)}" y1="{_ABOVE}" x2="{self._x(at)}" y2="{_BELOW}"/>'

    def _pairs(self) -> Iterator[tuple[float, float]]:
        """When each token was made and arrived; one that was made for nobody has no pair."""
        begins = [0.0, *(end for _, end in self.cuts)]
        for line, (begin, end) in enumerate(zip(begins, [*begins[1:], float("inf")], strict=True)):
            made = [at for at in list(self.made) if begin <= at < end]
            yield from zip(made, [at for at, _, over in list(self.arrived) if over == line], strict=False)

    def _dots_drawn(self) -> Iterator[str]:
        for at in list(self.made):
            yield f'<circle class="dot made s0" cx="{self._x(at)}" cy="{_ABOVE}" r="5"/>'
        for at, name, line in list(self.arrived):
            dot = f'<circle class="dot arrived s{1 + line}" cx="{self._x(at)}" cy="{_BELOW}" r="5">'
            yield f"{dot}<title>{escape(name)}</title></circle>"

    def _axis(self) -> Iterator[str]:
        for y, name in ((_ABOVE, "made"), (_BELOW, "arrived")):
            yield f'<text class="end" x="{_LEFT - 12}" y="{y + 5}">{name}</text>'
        marks = within(0, self.length)
        for at, label in zip(marks, times(marks), strict=True):
            yield f'<text class="axis-name middle" x="{self._x(at)}" y="{_TALL - 2}">{label}</text>'

    def __str__(self) -> str:
        lines = [f"Token waterfall: {self.note}, {duration(self.length)}"]
        if self.problem:
            return "\n".join([*lines, f"  {self.problem}"])
        lines += [f"  made     {self._dots(self.made)}", f"  arrived  {self._dots([at for at, _, _ in self.arrived])}"]
        lines += [f"  cut      from {duration(begin)} to {duration(end)}" for begin, end in self.cuts]
        return "\n".join([*lines, f"  ids      {' '.join(name or '-' for _, name, _ in self.arrived)}"])

    def _dots(self, moments: list[float]) -> str:
        """Return a line of characters: how many tokens fall on each."""
        counts = [0] * (COLUMNS + 1)
        for at in moments:
            counts[int(COLUMNS * at / self.length)] += 1
        return "".join(" " if not count else "·" if count == 1 else str(min(count, 9)) for count in counts).rstrip()


def _unlike(stream: EventStream) -> str:
    return f"{stream.sent}: {stream.status} {stream.headers.get('content-type', '')}, where a stream of events belongs"
