"""Sends several requests at the same time, and draws when each was under way."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import httpx

from labkit.http.client import connect
from labkit.http.exchange import exchange
from labkit.http.requests import Ask
from labkit.live.server import Server
from labkit.live.tracing import Trace
from labkit.pictures.gantt import Bar, Gantt
from labkit.pictures.live import Tone

MARK = "workbook-request"
"""The header by which a request is found again in what the server saw."""
SECONDS = 30.0
"""How long an answer is waited for."""


def send(
    server: Server,
    asks: Sequence[Ask],
    apart: float,
    picture: Gantt | None = None,
    meaning: Mapping[int, Tone] | None = None,
) -> Gantt:
    """Send requests at the same time, each on a connection of its own, and draw them live.

    Args:
        server: the live server.
        asks: the requests.
        apart: how many seconds lie between the beginning of one and the next.
        picture: what to draw them in, if not in a picture of their own, which is shown while it is drawn.
        meaning: what a status means, where it is not the usual.
    """
    count = f"{len(asks)} request{'' if len(asks) == 1 else 's'}"
    picture, own = picture or Gantt(f"{count} at the same time"), picture is None
    marks = [uuid.uuid4().hex for _ in asks]
    with connect(server.url) as client, picture.live() if own else nullcontext():  # it keeps no connection
        began = time.time_ns() - int(1e9 * picture.clock())
        under_way = []
        for ask, mark in zip(asks, marks, strict=True):
            picture.bars.append(bar := Bar(str(ask), picture.clock()))
            under_way.append(
                threading.Thread(target=_send, args=(picture, bar, client, ask, mark, meaning or {}), daemon=True)
            )
            under_way[-1].start()
            time.sleep(apart)
        for thread in under_way:
            thread.join()
        if own:
            picture.clock.stop()
        _fill(picture.bars, marks, list(server.traces), began)
    return picture


def _send(picture: Gantt, bar: Bar, client: httpx.Client, ask: Ask, mark: str, meaning: Mapping[int, Tone]) -> None:
    """Send one request, and say in its bar what came of it."""
    headers = ask.headers | {MARK: mark}
    request = client.build_request(ask.method, ask.path, content=ask.body, headers=headers, timeout=SECONDS)
    note, tone = "", Tone.BAD
    try:
        response, bar.answer = exchange(client, request, SECONDS, redirects=0)
        usual = Tone.GOOD if response.status_code < 400 else Tone.BAD
        note, tone = str(response.status_code), meaning.get(response.status_code, usual)
    except (TimeoutError, httpx.TimeoutException):
        note = f"no answer within {SECONDS:g} s"
    except httpx.HTTPError as problem:
        note = type(problem).__name__
    bar.end, bar.note, bar.tone = picture.clock(), note, tone


def _fill(bars: list[Bar], marks: list[str], traces: list[Trace], began: int) -> None:
    """Take over from the server when it was at work in the student's function."""
    seen = {dict(trace.request_headers).get(MARK): trace for trace in traces}
    for bar, mark in zip(bars, marks, strict=True):
        trace = seen.get(mark)
        if trace and trace.validated:
            left = trace.processed or trace.answered or trace.responded
            end = (left - began) / 1e9 if left else bar.end or 0.0
            bar.working = ((trace.validated - began) / 1e9, end)
