"""What a load has counted so far, and what that comes to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from labkit.http.requests import Ask
from labkit.loadtest.histogram import Histogram

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
        late: how much later than it should that process got its turn, on average, in seconds.
        percentiles: the times that 50, 95 and 99 of 100 answers did not exceed.
        sending: whether requests were sent in it; the last one only waits for answers.
    """

    at: float
    passed: float
    times: Histogram
    failures: int
    busy: float
    late: float
    percentiles: tuple[float, ...]
    sending: bool = True

    @property
    def throughput(self) -> float:
        """Answers per second."""
        return len(self.times) / self.passed


@dataclass(repr=False)
class LoadNumbers:
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
        self.each_second.append(
            Second(
                facts["at"],
                facts["passed"],
                times,
                failures,
                facts["busy"],
                facts["late"],
                tuple(times.percentile(share) for share in PERCENTILES),
                "last" not in facts,
            )
        )
        self.unanswered, self.unsent = facts.get("unanswered", 0), facts.get("unsent", 0)

    @property
    def elapsed(self) -> float:
        """For how long requests have been sent so far."""
        return max((second.at for second in list(self.each_second) if second.sending), default=0.0)

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
        """Answers per second, while requests were sent."""
        answers = sum(len(second.times) for second in list(self.each_second) if second.sending)
        return answers / self.elapsed if self.elapsed else 0.0

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
        return max((second.busy for second in self.whole()), default=0.0)

    @property
    def generator_late(self) -> float:
        """How much later than it should the process that sends got its turn, on average, in seconds."""
        whole = self.whole()
        return sum(second.late for second in whole) / len(whole) if whole else 0.0

    def whole(self) -> list[Second]:
        """The seconds that were long enough to be compared with others."""
        return [second for second in list(self.each_second) if second.sending and second.passed > 0.5]


def _failed(status: str) -> bool:
    return not 100 <= int(status) < 400
