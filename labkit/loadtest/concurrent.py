"""Sends several requests at the same time, and draws when each was under way."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence

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


def send(server: Server, asks: Sequence[Ask], apart: float) -> Gantt:
    """Send requests at the same time, each on a connection of its own, and draw them live.

    Args:
        server: the live server.
        asks: the requests.
        apart: how many seconds lie between the beginning of one and the next.
    """
    count = f"{len(asks)} request{'' if len(asks) == 1 else 's'}"
    picture = Gantt(f"{count} at the same time")
    clients = [connect(server.url) for _ in asks]
    marks = [uuid.uuid4().hex for _ in asks]
    with picture.live():
        began = time.time_ns() - int(1e9 * picture.clock())
        under_way = []
        for ask, client, mark in zip(asks, clients, marks, strict=True):
            picture.bars.append(bar := Bar(str(ask), picture.clock()))
            under_way.append(threading.Thread(target=_send, args=(picture, bar, client, ask, mark), daemon=True))
            under_way[-1].start()
            time.sleep(apart)
        for thread in under_way:
            thread.join()
        picture.clock.stop()
        _fill(picture.bars, marks, list(server.traces), began)
    return picture


def _send(picture: Gantt, bar: Bar, client: httpx.Client, ask: Ask, mark: str) -> None:
    """Send one request, and say in its bar what came of it."""
    request = client.build_request(ask.method, ask.path, content=ask.body, headers=ask.headers | {MARK: mark})
    note, tone = "", Tone.BAD
    with client:
        try:
            response, _ = exchange(client, request, SECONDS, redirects=0)
            note, tone = str(response.status_code), Tone.GOOD if response.status_code < 400 else Tone.BAD
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
