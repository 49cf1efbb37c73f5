"""The traffic desk as a picture: who was let in, where each answer came from, and how far the inputs have moved.

Three strips. On the left a bucket for each client, with its last requests as drops. In the middle two processes, and
where each of their answers came from: memory, store or model. On the right what each feature was in training, and is.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from labkit.pictures.live import LivePicture, Tone, drawn

STYLE = Path(__file__).with_name("desk.css").read_text(encoding="utf-8")
CLIENTS = ("ada", "bob")
SOURCES = ("memory", "store", "model")
REFUSED, FAILED = "refused", "failed"
FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
BOUND = 0.25
DROPS, RUNS, WINDOW = 14, 2.0, 150
"""How many requests of a client are drawn, for how many seconds one runs, and how many rows the window has."""
HIGH, WIDE = 46, 150
"""The size of a histogram."""


@dataclass(frozen=True)
class Came:
    """What came of a request.

    Attributes:
        at: when, on the monotonic clock.
        client: who asked.
        process: the number of the process that answered.
        source: memory, store or model; refused, or failed.
        left, most: the tokens that are left, and that there can be, as the headers say; empty where they do not.
        wait: what Retry-After says.
    """

    at: float
    client: str
    process: int
    source: str
    left: str = ""
    most: str = ""
    wait: str = ""


@dataclass(repr=False)
class Desk(LivePicture):
    """What has happened so far.

    Attributes:
        came: the last requests, oldest first.
        counts: how many came from where, by process and source.
        clients: how many requests of each client were answered, and how many were refused.
        calls: how often the model was called.
        starts: how often each process was started.
        store: what is to be said about the store.
        drift: what the first process says of its inputs, or what is wrong with that.
        rows: the last rows that the first process has answered.
        reference: the bins of the training.
        problem: why there is nothing to be seen.
    """

    reference: dict[str, list[list[float]]]
    came: deque[Came] = field(default_factory=lambda: deque(maxlen=400))
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    clients: Counter[tuple[str, bool]] = field(default_factory=Counter)
    calls: int = 0
    starts: list[int] = field(default_factory=lambda: [0, 0])
    store: str = "runs"
    drift: Any = None
    rows: deque[Sequence[float]] = field(default_factory=lambda: deque(maxlen=WINDOW))
    problem: str = ""

    def take(self, one: Came) -> None:
        """Note a request."""
        self.came.append(one)
        self.counts[one.process, one.source] += 1
        if one.source != FAILED:  # that is nobody's answer
            self.clients[one.client, one.source == REFUSED] += 1

    def html(self) -> str:
        """Return the three strips."""
        if self.problem:
            return drawn("Traffic desk", "", [f'<div class="message">{escape(self.problem)}</div>'])
        strips = ("".join(map(self._bucket, CLIENTS)), self._processes(), "".join(self._histograms()))
        parts = "".join(f'<div class="strip">{strip}</div>' for strip in strips)
        return drawn("Traffic desk", self._total(), [f'<style>{STYLE}</style><div class="desk">{parts}</div>'])

    def __str__(self) -> str:
        if self.problem:
            return f"Traffic desk: {self.problem}"
        lines = [f"Traffic desk: {self._total()}"]
        for client in CLIENTS:
            last = self._last(client)
            tokens = f"{last[-1].left} of {last[-1].most} tokens" if last and last[-1].most else "no bucket"
            drops = "".join(_tone(one).sign for one in last)
            lines.append(f"  {client:<10} {self._passed(client):<34} {tokens:<16} {drops}")
        for number in range(len(self.starts)):
            found = ", ".join(f"{source} {self.counts[number, source]}" for source in (*SOURCES, FAILED))
            lines.append(f"  process {number + 1}  {found}, {_started(self.starts[number])}")
        lines.append(f"  store      {self.store}")
        numbers = self._psi()
        for place, name in enumerate(FEATURES):
            lines.append(f"  {name:<14} PSI {_number(numbers[place] if numbers else None)}")
        return "\n".join([*lines, f"  drift      {self._status()}"])

    def _total(self) -> str:
        hits, answered = (sum(self.counts[n, s] for n in (0, 1) for s in found) for found in (SOURCES[:2], SOURCES))
        ratio = f"{100 * hits / answered:.0f} % hits, " if answered else ""
        return f"{answered} answers, {ratio}{self.calls} calls of the model"

    def _last(self, client: str) -> list[Came]:
        return [one for one in list(self.came) if one.client == client][-DROPS:]

    def _passed(self, client: str) -> str:
        passed, refused = self.clients[client, False], self.clients[client, True]
        return f"{passed} passed, {refused} turned away"

    def _bucket(self, client: str) -> str:
        """A bucket as its last answer has described it, with the drops beside it."""
        last = self._last(client)
        left, most, wait = (last[-1].left, last[-1].most, last[-1].wait) if last else ("", "", "")
        known = left.isdigit() and most.isdigit() and int(most) > 0
        level = min(100, 100 * int(left) // int(most)) if known else 0
        said = f"{left} of {most} tokens" if known else "no bucket: no X-RateLimit headers" if last else "nobody asked"
        said += f", next in {escape(wait)} s" if wait else ""
        drops = "".join(f'<i class="{(tone := _tone(one))}" title="{one.source}">{tone.sign}</i>' for one in last)
        return (
            f'<div class="client" data-client="{client}" data-refused="{self.clients[client, True]}">'
            f'<div class="bucket" aria-hidden="true"><i style="height: {level}%"></i></div>'
            f"<div><b>{client}</b> <span>{escape(said)}</span>"
            f'<div class="drops">{drops}</div><small class="muted">{self._passed(client)}</small></div></div>'
        )

    def _processes(self) -> str:
        """Each process with a lane to memory, store and model; a request runs along its lane for a moment."""
        now, parts = time.monotonic(), []
        for number, starts in enumerate(self.starts):
            lanes = "".join(self._lane(number, source, now) for source in (*SOURCES, FAILED))
            parts.append(
                f'<div class="process"><b>process {number + 1}</b> <small>{_started(starts)}</small>{lanes}</div>'
            )
        tone = Tone.GOOD if self.store == "runs" else Tone.OFF
        said = f'<b class="sign {tone}">{tone.sign}</b> store: {escape(self.store)}'
        return f'<div class="store" data-store="{escape(self.store)}">{said}</div>{"".join(parts)}'

    def _lane(self, process: int, source: str, now: float) -> str:
        count = self.counts[process, source]
        if source == FAILED and not count:
            return ""
        young = [
            one for one in list(self.came) if (one.process, one.source) == (process, source) and now - one.at < RUNS
        ]
        dots = "".join(f'<i style="left: {100 * (now - one.at) / RUNS:.0f}%"></i>' for one in young)
        tone = {"model": "wait", FAILED: "bad"}.get(source, "good")
        return (
            f'<div class="lane {tone}" data-source="{source}" data-count="{count}"><span class="track">{dots}</span>'
            f"<span>{source} <b>{count}</b></span></div>"
        )

    def _histograms(self) -> Iterator[str]:
        rows, numbers = list(self.rows), self._psi()
        for place, name in enumerate(FEATURES):
            edges, shares = self.reference["edges"][place], self.reference["shares"][place]
            counts = Counter(bisect_right(edges, row[place]) for row in rows)
            now = [counts[number] / len(rows) if rows else 0.0 for number in range(len(shares))]
            value = numbers[place] if numbers else None
            tone = Tone.OFF if value is None else Tone.BAD if value > BOUND else Tone.GOOD
            yield (
                f'<div class="feature {tone}" data-feature="{place}" data-psi="{_number(value)}" data-tone="{tone}">'
                f"{_bars(shares, now)}<span>{name}<br><b>{tone.sign} PSI {_number(value)}</b></span></div>"
            )
        yield f'<small class="muted">{escape(self._status())}</small>'

    def _psi(self) -> list[float] | None:
        """The numbers that the module says, if it says four."""
        found = self.drift.get("psi") if isinstance(self.drift, dict) else None
        right = isinstance(found, list) and len(found) == 4 and all(type(one) in (int, float) for one in found)
        return found if right else None

    def _status(self) -> str:
        if not isinstance(self.drift, dict):
            return f"GET /drift: {self.drift or 'not asked yet'}"
        return f"{self.drift.get('status')}, {self.drift.get('rows')} rows"


def _tone(one: Came) -> Tone:
    return {REFUSED: Tone.BAD, FAILED: Tone.ODD}.get(one.source, Tone.GOOD)


def _started(times: int) -> str:
    return "not started" if not times else f"started {times} time{'' if times == 1 else 's'}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _bars(reference: Sequence[float], now: Sequence[float]) -> str:
    """The reference's shares as outlines, with those of the window in them."""
    step, top = WIDE / len(reference), max(0.3, *reference, *now)
    parts = []
    for number, (was, is_) in enumerate(zip(reference, now, strict=True)):
        for kind, share, inset in (("was", was, 1.0), ("is", is_, 3.0)):
            tall = HIGH * share / top
            parts.append(
                f'<rect class="{kind}" x="{number * step + inset:.1f}" y="{HIGH - tall:.1f}" '
                f'width="{step - 2 * inset:.1f}" height="{tall:.1f}"/>'
            )
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" aria-hidden="true">{"".join(parts)}</svg>'
