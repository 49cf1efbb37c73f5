"""Times and durations in answers and log lines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from labkit.checks.api import Reply

T = TypeVar("T")

MINUTES = timedelta(minutes=2)
"""How far a time of just now may be from ours: whoever has the zone wrong is off by more."""


def timestamp(reply: Reply, text: Any) -> datetime:
    """Expect the time of a request, in ISO 8601, with its zone."""
    when = _time(text)
    if when is None:
        reply.fail("a timestamp in ISO 8601, as 2026-01-31T09:30:00+00:00", got=f"timestamp {text!r}")
    if when.tzinfo is None:
        reply.fail("a timestamp with its zone, as ...+00:00", "datetime.now(UTC) knows its zone", f"timestamp {text}")
    if abs(datetime.now(UTC) - when) > MINUTES:
        reply.fail("the time of the request", "datetime.now(UTC) is right in every zone", f"timestamp {text}")
    return when


def is_wait(text: str | None) -> bool:
    """Whether this is a value of Retry-After: whole seconds, or a date."""
    if text is None or re.fullmatch("[0-9]+", text):
        return text is not None
    try:
        return bool(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


def until(look: Callable[[], T], enough: Callable[[T], bool], seconds: float) -> T:
    """Look again and again until that is enough, or the time is up; return what was seen last."""
    end = time.monotonic() + seconds
    while not enough(seen := look()) and time.monotonic() < end:
        time.sleep(0.02)
    return seen


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
