"""A load, as it is shown: its picture, its text, and what has to be known to read its numbers."""

from __future__ import annotations

import math
from html import escape

from labkit.loadtest.statistics import PERCENTILES, LoadNumbers
from labkit.pictures.chart import Chart
from labkit.pictures.live import LivePicture, drawn
from labkit.pictures.scale import duration, number, percent

BUSY = 0.85
"""From which share of one core on the process that sends is itself what limits the load."""
LATE, LATE_SHARE = 0.002, 0.1
"""From which lateness on, in seconds and as a share of the median, that process makes the times longer."""


class LoadResult(LoadNumbers, LivePicture):
    """A load, under way or ended, with its numbers."""

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
        elif self.generator_late > max(LATE, LATE_SHARE * self.p50):
            lines.append(
                f"The process that sends got its turn {duration(self.generator_late)} late on average, because this "
                "machine is busy with other things: the times contain that."
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
        chart = Chart("Answers per second", x="s", begin=0)
        for second in self.whole():
            chart.add("all", second.at, second.throughput)
            if self.failures:
                chart.add("failed", second.at, second.failures / second.passed)
        return chart

    def latency_chart(self) -> Chart:
        """Return the percentiles of each second, over time."""
        chart = Chart("How long they took", x="s", y="ms", log=True, begin=0)
        for second in self.whole():
            for share, value in zip(PERCENTILES, second.percentiles, strict=True):
                if math.isfinite(value):
                    chart.add(f"p{share}", second.at, 1000 * value)
        return chart

    def __str__(self) -> str:
        lines = [f"{self._title()}: {self._progress()}"]
        lines += [f"  {name:<11} {text}" for name, text in self.figures()]
        if len(whole := self.whole()) > 1:
            charts = (self.throughput_chart(), self.latency_chart())
            lines += [f"  {line}" for chart in charts if chart.series for line in str(chart).splitlines()]
            lines[-1] += f"  ({len(whole)} seconds)"
        return "\n".join([*lines, *(f"  {note}" for note in self.notes())])

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


def _status(status: str) -> str:
    return "no answer" if status == "0" else status
