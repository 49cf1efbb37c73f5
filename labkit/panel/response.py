"""How an answer looks: its status, its time, its body in readable form, its headers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from http import HTTPStatus
from typing import Any

import httpx

from labkit.http.event_stream import Event

SHOWN = 20_000
"""How many characters of a body are shown."""
RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
"""What RFC 9110 calls these, as the labs do; Python has the older words up to 3.12."""
EVENTS = 60
"""How many events of a stream are shown, the last ones."""
SHORT = 60
"""How long a list or an object may be to stand in one line."""


def body(content: bytes) -> Any:
    """Return a body as JSON; None if it is not that."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def html(response: httpx.Response, content: bytes, milliseconds: float) -> str:
    """Return an answer as HTML."""
    status, kind = response.status_code, response.headers.get("content-type", "no content type")
    phrase = RENAMED.get(status) or next((known.phrase for known in HTTPStatus if known == status), "")
    look, sign = ("correct", "✓") if status < 400 else ("error", "!") if status >= 500 else ("incorrect", "✗")
    value = body(content)
    text = content.decode("utf-8", "replace") if value is None else pretty(value)
    more = f"\n… {len(text) - SHOWN:,} more characters" if len(text) > SHOWN else ""
    facts = f"{milliseconds:.1f} ms, {len(content):,} bytes, {kind.split(';')[0]}"
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return (
        f'<div class="answer box {look}" data-status="{status}">'
        f'<div class="head"><b class="status">{sign} {status} {escape(phrase)}</b>'
        f'<span class="end muted">{escape(facts)}</span></div>'
        f"<pre>{escape(text[:SHOWN] + more)}</pre>"
        f"<details><summary>{len(response.headers)} headers</summary><pre>{escape(headers)}</pre></details></div>"
    )


def stream(response: httpx.Response, came: Sequence[Event], began: float, state: str) -> str:
    """Return, as HTML, the events that have come, each with the moment when it did, in seconds since a beginning."""
    status = response.status_code
    look = "correct" if status < 400 else "incorrect"
    rows = "".join(_event(event, event.at - began) for event in came[-EVENTS:])
    more = f"<div>{len(came) - EVENTS} before</div>" if len(came) > EVENTS else ""
    return (
        f'<div class="answer box {look}" data-status="{status}">'
        f'<div class="head"><b class="status">{status} {len(came)} events</b>'
        f'<span class="end muted">{escape(state)}</span></div><div class="events">{more}{rows}</div></div>'
    )


def _event(event: Event, seconds: float) -> str:
    name = "" if event.name == "message" else f"<b>{escape(event.name)}</b> "
    number = f'<span class="muted">{escape(event.id)}</span>'
    text = escape(event.data[:SHOWN])
    return f'<div class="event"><span class="muted">{seconds:.2f} s</span>{number}<span>{name}{text}</span></div>'


def failed(reason: str) -> str:
    """Return, as HTML, why there is no answer."""
    return f'<div class="answer box timeout"><b class="status">! {escape(reason)}</b></div>'


def pretty(value: Any, indent: str = "") -> str:
    """Return JSON with a line for each part, but those parts in one line that are short."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (indent and len(line) + len(indent) <= SHORT):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + pretty(part, inner) for part in value) + f"\n{indent}]"
    parts = (f"{inner}{json.dumps(name, ensure_ascii=False)}: {pretty(part, inner)}" for name, part in value.items())
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
