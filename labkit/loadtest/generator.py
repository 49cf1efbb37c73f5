"""The process that sends the load: `python -m labkit.loadtest.generator`, started by driving.py.

Its first line of input is a plan, in JSON. It writes a report a second on its output, each a line of JSON: how many
answers of which status came, how long they took (by bucket of the histogram), and how busy and late this process was.
When its input ends, because the kernel asked it to stop or is gone, it lets the requests under way finish, and ends.

How a user behaves depends on the plan. Without a rate each user sends its next request when the answer to the last one
is there. With a rate requests are due at fixed times, and a time is measured from when the request was due: a server
that stalls is not spared the requests that would have come meanwhile.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections import Counter
from typing import Any

from locust import FastHttpUser, task  # first: it makes sockets and sleep cooperative
from locust.env import Environment
from locust.exception import StopUser

import gevent  # isort: skip
from gevent.event import Event  # isort: skip
from gevent.os import tp_read  # isort: skip

from labkit.loadtest.histogram import Histogram

EVERY = 1.0
"""How many seconds lie between two reports."""
TIMEOUT = 30.0
"""How long a user waits for an answer."""
BEAT = 0.02
"""How many seconds lie between two looks at how late this process is."""
GRACE = 5.0
"""How long requests under way may take after the end."""


class Meter:
    """What came back since the last report."""

    def __init__(self) -> None:
        """Begin to count."""
        self.begun = time.perf_counter()
        self._reported, self._worked = self.begun, time.process_time()
        self._start()

    def _start(self) -> None:
        self._lateness: list[float] = []
        self._times, self._statuses, self._problems = Histogram(), Counter[str](), Counter[str]()

    def count(self, seconds: float, status: int, problem: str = "") -> None:
        """Count one answer, or what took its place."""
        self._times.add(seconds)
        self._statuses[str(status)] += 1
        if problem:
            self._problems[problem] += 1

    def beat(self) -> None:
        """Notice again and again how much later than it should this process gets its turn."""
        while True:
            due = time.perf_counter() + BEAT
            gevent.sleep(BEAT)
            self._lateness.append(max(0.0, time.perf_counter() - due))

    def report(self) -> dict[str, Any]:
        """Return what came back since the last report."""
        now, worked = time.perf_counter(), time.process_time()
        passed = max(now - self._reported, 1e-9)
        facts = {
            "at": now - self.begun,
            "passed": passed,
            "times": self._times.counts(),
            "statuses": self._statuses,
            "problems": self._problems,
            "late": sum(self._lateness) / max(1, len(self._lateness)),
            "busy": (worked - self._worked) / passed,
        }
        self._reported, self._worked = now, worked
        self._start()
        return facts


class Plan:
    """What to send, by how many users, for how long.

    Attributes:
        end: set when no more requests are to be sent.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        """Read it from JSON."""
        self.url: str = facts["url"]
        self.asks: list[dict[str, Any]] = facts["asks"]
        self.users: int = facts["users"]
        self.seconds: float = facts["seconds"]
        self.rate: float | None = facts["rate"]
        self.end = Event()
        self.begun = 0.0
        self._taken = 0

    def next_due(self) -> float | None:
        """Return when the next request of all users is due; None where each user sends when it is ready."""
        if self.rate is None:
            return None
        self._taken += 1
        return self.begun + (self._taken - 1) / self.rate

    def unsent(self) -> int:
        """How many requests were due by now, and no user was free to send them."""
        if self.rate is None:
            return 0
        return max(0, int((time.perf_counter() - self.begun) * self.rate) - self._taken)


def visitor(plan: Plan, meter: Meter) -> type[FastHttpUser]:
    """Return the class of the users."""
    first = itertools.count()

    class Visitor(FastHttpUser):
        host = plan.url
        network_timeout = connection_timeout = TIMEOUT
        max_redirects = 0

        @task
        def visit(self) -> None:
            number = next(first)
            asks = itertools.islice(itertools.cycle(plan.asks), number % len(plan.asks), None)
            for ask in asks:
                due = plan.next_due()
                if due is not None:
                    gevent.sleep(max(0, due - time.perf_counter()))
                if plan.end.is_set():
                    raise StopUser
                self._send(ask, due if due is not None else time.perf_counter())

        def _send(self, ask: dict[str, Any], since: float) -> None:
            """Send a request, and count how long it took from when it was due, or sent."""
            answer = self.client.request(
                ask["method"], ask["path"], data=ask["body"], headers=ask["headers"], allow_redirects=False
            )
            status = answer.status_code
            problem = "" if status else type(getattr(answer, "error", None)).__name__
            meter.count(time.perf_counter() - since, status, problem)

    return Visitor


def run(plan: Plan, out: Any) -> None:
    """Send the load, and report."""
    environment = Environment(stop_timeout=GRACE)
    meter = Meter()
    environment.user_classes = [visitor(plan, meter)]
    runner = environment.create_local_runner()
    gevent.spawn(_end_with_input, plan)
    gevent.spawn(meter.beat)
    plan.begun = time.perf_counter()
    runner.start(plan.users, spawn_rate=plan.users)
    until = plan.begun + plan.seconds
    while not plan.end.is_set():
        plan.end.wait(min(EVERY, max(0.001, until - time.perf_counter())))
        if time.perf_counter() >= until:
            plan.end.set()
        _write(out, meter.report())
    unsent = plan.unsent()
    over = time.perf_counter() + GRACE
    while runner.user_count and time.perf_counter() < over:
        gevent.sleep(0.02)
    _write(out, meter.report() | {"last": True, "unanswered": runner.user_count, "unsent": unsent})


def _end_with_input(plan: Plan) -> None:
    """End when the input does; whatever hangs then does not keep this process alive."""
    while tp_read(0, 100):
        pass
    plan.end.set()
    gevent.sleep(GRACE + 3)
    os._exit(1)


def _write(out: Any, facts: dict[str, Any]) -> None:
    out.write(json.dumps(facts) + "\n")
    out.flush()


def main() -> None:
    """Read the plan, send the load."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no report
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(0, 1 << 16)
    run(Plan(json.loads(line)), out)
    out.close()
    os._exit(0)  # locust's threads are not waited for


if __name__ == "__main__":
    main()
