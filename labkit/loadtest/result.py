"""What a load has come to so far: its numbers, its picture, its text."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from labkit.asking import Ask
from labkit.loadtest.histogram import Histogram
from labkit.pictures.chart import Chart
from labkit.pictures.live import LivePicture, drawn
from labkit.pictures.scale import duration, number, percent

BUSY = 0.85
"""From which share of one core on the process that sends is itself what limits the load."""
PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class Second:
    """About one second of a load.

    Attributes:
        at: when it ended, in seconds from the beginning.
        passed: how long it really was.
        times: how long the answers took that came in it.
        failures: how many of these were errors: a status from 400 on, or no answer.
        busy: which share of one core the process that sends has used.
    """

    at: float
    passed: float
    times: Histogram
    failures: int
    busy: float

    @property
    def throughput(self) -> float:
        """Answers per second."""
        return len(self.times) / self.passed


@dataclass(repr=False)
class LoadResult(LivePicture):
    """A load, under way or ended. Times are in seconds.

    Attributes:
        asks: the requests, which each user sends in turn.
        users: how many users send at the same time.
        seconds: how long they were to send.
        rate: how many requests were to be sent per second by all of them; None where each sends when it is ready.
        statuses: how many answers had which status; "0" stands for no answer.
        problems: why there was no answer, and how often.
        each_second: what came back, second by second.
        state: "starting", "running", "ended", "stopped" or "failed".
        why: why it failed.
        unanswered: how many requests had no answer some seconds after the end.
        unsent: how many requests were due and never sent, because no user was free; only with a rate.
    """

    asks: Sequence[Ask]
    users: int
    seconds: float
    rate: float | None = None
    statuses: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    each_second: list[Second] = field(default_factory=list)
    state: str = "starting"
    why: str = ""
    unanswered: int = 0
    unsent: int = 0
    _times: Histogram = field(default_factory=Histogram)

    def take(self, report: str) -> None:
        """Take up one report of the process that sends."""
        facts = json.loads(report)
        self.state = "running" if self.state == "starting" else self.state
        times = Histogram()
        times.merge({int(bucket): count for bucket, count in facts["times"].items()})
        self._times.merge(times.counts())
        self.statuses.update(facts["statuses"])
        self.problems.update(facts["problems"])
        failures = sum(count for status, count in facts["statuses"].items() if _failed(status))
        self.each_second.append(Second(facts["at"], facts["passed"], times, failures, facts["busy"]))
        self.unanswered, self.unsent = facts.get("unanswered", 0), facts.get("unsent", 0)

    @property
    def elapsed(self) -> float:
        """How long the load has lasted so far."""
        return self.each_second[-1].at if self.each_second else 0.0

    @property
    def requests(self) -> int:
        """How many requests have come to an end."""
        return self.statuses.total()

    @property
    def failures(self) -> dict[str, int]:
        """How many answers had which status from 400 on; "0" stands for no answer."""
        return {status: count for status, count in sorted(self.statuses.items()) if _failed(status)}

    @property
    def throughput(self) -> float:
        """Answers per second, over all of it."""
        return self.requests / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Return the time that so many percent of all requests did not exceed, in seconds."""
        return self._times.percentile(share)

    @property
    def p50(self) -> float:
        """The time that half of the requests did not exceed."""
        return self.percentile(50)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 requests did not exceed."""
        return self.percentile(95)

    @property
    def p99(self) -> float:
        """The time that 99 of 100 requests did not exceed."""
        return self.percentile(99)

    @property
    def generator_cpu(self) -> float:
        """The largest share of one core that the process that sends has used in a second."""
        return max((second.busy for second in self.each_second if second.passed > 0.5), default=0.0)

    def notes(self) -> list[str]:
        """Say what has to be known to read the numbers."""
        lines = []
        if self.rate is None:
            lines.append(
                "Each user sends its next request when it has the answer to the last one: while the server is slow, "
                "it is asked less often. With rate=... requests are due at fixed times, whatever the server does."
            )
        else:
            lines.append(
                f"{number(self.rate)} requests were due each second, and each is timed from when it was due, "
                "so waiting for a free user counts."
            )
        if self.unsent:
            lines.append(
                f"{number(self.unsent)} requests were due and never sent, because no user was free: no number has them."
            )
        if self.unanswered:
            lines.append(f"{self.unanswered} requests had no answer after the end.")
        if self.generator_cpu >= BUSY:
            lines.append(
                f"The process that sends used {100 * self.generator_cpu:.0f} % of a core: "
                "it may be the limit, not the server."
            )
        lines += [f"No answer {count} times: {problem}." for problem, count in self.problems.items()]
        return lines

    def figures(self) -> list[tuple[str, str]]:
        """Return the numbers with their names."""
        failed = ", ".join(f"{count} × {_status(status)}" for status, count in self.failures.items())
        return [
            ("requests", number(self.requests)),
            ("failed", failed or "none"),
            ("per second", number(round(self.throughput, 1))),
            *((f"p{share}", duration(self.percentile(share))) for share in PERCENTILES),
        ]

    def html(self) -> str:
        """Return the progress, the numbers, and how throughput and times went, second by second."""
        figures = "".join(f"<div><b>{escape(text)}</b><small>{name}</small></div>" for name, text in self.figures())
        notes = "".join(f"<div>{escape(note)}</div>" for note in self.notes())
        charts = "".join(
            f"<div><b>{chart.title}</b>{chart.svg()}</div>" for chart in (self.throughput_chart(), self.latency_chart())
        )
        look = {"failed": "bad", "stopped": "odd"}.get(self.state, "good")
        progress = f'<i style="width: {percent(self.elapsed, self.seconds):.1f}%"></i>'
        return drawn(
            self._title(),
            self._progress(),
            [
                f'<div class="progress {look}" data-state="{self.state}">{progress}</div>',
                f'<div class="figures">{figures}</div>',
                f'<div class="charts">{charts}</div>',
                f'<div class="muted notes">{notes}</div>',
            ],
        )

    def throughput_chart(self) -> Chart:
        """Return answers and failures per second, over time."""
        chart = Chart("Answers per second", x="s")
        for second in self._whole():
            chart.add("all", second.at, second.throughput)
            if self.failures:
                chart.add("failed", second.at, second.failures / second.passed)
        return chart

    def latency_chart(self) -> Chart:
        """Return the percentiles of each second, over time."""
        chart = Chart("How long they took", x="s", y="ms", log=True)
        for second in self._whole():
            for share in PERCENTILES:
                value = second.times.percentile(share)
                if math.isfinite(value):
                    chart.add(f"p{share}", second.at, 1000 * value)
        return chart

    def __str__(self) -> str:
        lines = [f"{self._title()}: {self._progress()}"]
        lines += [f"  {name:<11} {text}" for name, text in self.figures()]
        if len(whole := self._whole()) > 1:
            charts = (self.throughput_chart(), self.latency_chart())
            lines += [f"  {line}" for chart in charts if chart.series for line in str(chart).splitlines()]
            lines[-1] += f"  ({len(whole)} seconds)"
        return "\n".join([*lines, *(f"  {note}" for note in self.notes())])

    def _whole(self) -> list[Second]:
        """The seconds that were long enough to be compared with others."""
        return [second for second in list(self.each_second) if second.passed > 0.5]

    def _title(self) -> str:
        what = str(self.asks[0]) if len(self.asks) == 1 else f"{len(self.asks)} requests in turn"
        return f"{what}, {self.users} user{'' if self.users == 1 else 's'}"

    def _progress(self) -> str:
        if self.state == "failed":
            return f"could not be sent: {self.why}"
        if self.state == "stopped":
            return f"stopped after {duration(self.elapsed)}"
        if self.state == "ended":
            return f"{duration(self.elapsed)}"
        return f"{self.elapsed:.0f} of {number(self.seconds)} s" if self.elapsed else "starting"


def _failed(status: str) -> bool:
    return not 100 <= int(status) < 400


def _status(status: str) -> str:
    return "no answer" if status == "0" else status
