"""What checks read off a running module besides its answers: the lines it logs, the numbers it counts, its model's life.

    entries = logged(running, lambda: running.api.get("/models/iris"))
    counted = samples(running.api.get("/metrics"))
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from labkit.checking import Api, Reply
from labkit.starting import Running

Labels = frozenset[tuple[str, str]]
Samples = dict[tuple[str, Labels], float]

MINUTES = timedelta(minutes=2)
"""How far a timestamp of just now may be from ours: whoever has the zone wrong is off by more."""


def until_ready(api: Api, seconds: float = 5.0) -> Reply:
    """Ask for /readiness until it is no longer 503, at most so long; return the last reply."""
    until = time.monotonic() + seconds
    while (reply := api.get("/readiness")).status == 503 and time.monotonic() < until:
        time.sleep(0.02)
    return reply


class History:
    """What the model of one running module has told since its start, as far as it was not asked for elsewhere."""

    def __init__(self, running: Running) -> None:
        """Begin to listen."""
        self._running, self._told = running, list[str]()

    def __contains__(self, event: str) -> bool:
        return event in self.events()

    def events(self) -> list[str]:
        """Return everything so far, oldest first."""
        self._told += self._running.events()
        return self._told

    def before(self, one: str, other: str) -> bool:
        """Whether both have happened, the one first."""
        told = self.events()
        return one in told and other in told and told.index(one) < told.index(other)

    def calls(self) -> list[str]:
        """Return the calls of the model's methods, as `predict 1`."""
        return calls(self.events())


def calls(events: list[str]) -> list[str]:
    """Return those events that are calls of the model's methods."""
    return [event for event in events if event.startswith("predict")]


def logged(running: Running, *sends: Callable[[], object]) -> list[str]:
    """Return the lines on stdout that came while these requests were sent, one after the other.

    A line may be written after its answer has been read. So the last request is one whose lines are not looked for
    beyond the first: when that has come, all lines of those before it have.
    """
    before = len(running.printed()[0])
    for send in sends:
        send()
    return running.printed(lambda out, err: len(out) >= before + len(sends))[0][before:]


def entry(line: str) -> dict[str, Any] | None:
    """Return what a line says if it is a JSON object, else None."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def samples(reply: Reply) -> Samples:
    """Return every sample of a page in Prometheus' text format, or in OpenMetrics', by its name and labels.

    Raises:
        ValueError: it is neither.
    """
    of_openmetrics = "openmetrics" in reply.headers.get("content-type", "")
    parse = (openmetrics if of_openmetrics else parser).text_string_to_metric_families
    try:
        families = list(parse(reply.text))  # type: ignore[no-untyped-call]
    except Exception as problem:  # noqa: BLE001 (the parsers raise whatever Python raises on the way)
        raise ValueError(f"{type(problem).__name__}: {problem}") from None
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def moment(text: Any) -> datetime | None:
    """Return the time that a text says in ISO 8601; None if it says none."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) and re.match(r"\d{4}-?\d\d", text) else None
    except ValueError:
        return None


def is_now(when: datetime) -> bool:
    """Whether a time with a zone is about now."""
    return abs(datetime.now(UTC) - when) < MINUTES


def is_wait(text: str | None) -> bool:
    """Whether this is a value of Retry-After: whole seconds, or a date."""
    if text is None or re.fullmatch("[0-9]+", text):
        return text is not None
    try:
        return bool(parsedate_to_datetime(text))
    except ValueError:
        return False
