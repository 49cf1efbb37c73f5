"""The finish of a race: equal requests that were sent at the same time, and what each of them got."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from labkit.checks.api import Api, Ask, Mismatch
from labkit.labs.lab10_design import deployment, keys, registry
from labkit.labs.lab10_design.tables import Tables
from labkit.pictures.live import STYLE, Tone
from labkit.pictures.view import Picture, framed

KINDS = {
    "PUT": "PUT /deployment, with one ETag",
    "POST": "POST /models, with one id",
    "KEY": "POST /predictions, with one Idempotency-Key",
}
"""What may race, and what it is called."""
MOST = 12
SECONDS = 60.0
"""How long a race may take."""
CSS = """
.labkit .finish { display: flex; flex-wrap: wrap; gap: 6px; margin: 4px 0 6px }
.labkit .finish > b { border: 2px solid var(--tone); color: var(--tone); border-radius: 4px; padding: 2px 8px;
  font-variant-numeric: tabular-nums; background: color-mix(in srgb, var(--tone) 14%, transparent) }
.labkit .finish > b.good { background: var(--tone); color: var(--jp-layout-color0, #fff) }
.labkit .table { margin: 4px 0 8px } .labkit .table table { font-family: var(--mono); font-size: .86em }
.labkit .table th { text-align: left; font-weight: 400; color: var(--jp-content-font-color2, #666) }
.labkit .table th, .labkit.labkit .table td { padding: 1px 16px 1px 0; white-space: nowrap }
"""


@dataclass(frozen=True)
class Finish(Picture):
    """Who won.

    Attributes:
        what: what raced.
        statuses: what each request got, in the order in which they were sent.
        tables: the rows of the database afterwards.
        problem: why nothing came back.
    """

    what: str
    statuses: tuple[int, ...]
    tables: Tables
    problem: str = ""

    def html(self) -> str:
        """Return a square for each request, and the rows below."""
        head = f'<div class="head"><b>{escape(self.what)}</b><span class="muted">{escape(self.said)}</span></div>'
        return framed([head, self.squares(), self.tables.part()], STYLE + CSS)

    def squares(self) -> str:
        """Return the squares alone."""
        squares = "".join(f'<b class="{tone(status)}">{tone(status).sign} {status}</b>' for status in self.statuses)
        return f'<div class="finish" role="img" aria-label="{escape(self.said)}">{squares}</div>'

    @property
    def said(self) -> str:
        """It in a sentence."""
        if self.problem:
            return self.problem
        counts = sorted(Counter(self.statuses).items())
        return f"{len(self.statuses)} at the same time: " + ", ".join(f"{n} × {status}" for status, n in counts)

    def __str__(self) -> str:
        return f"{self.what}\n  {self.said}\n{self.tables}"

    __repr__ = __str__


def tone(status: int) -> Tone:
    """What a status means in a race."""
    if status < 300:
        return Tone.GOOD
    return {412: Tone.WAIT, 409: Tone.OFF}.get(status, Tone.BAD)


def run(api: Api, kind: str, count: int) -> tuple[tuple[int, ...], str]:
    """Let equal requests race, and return what each of them got, or why nothing did."""
    try:
        asks = [_ask(api, kind)] * min(max(count, 2), MOST)
        return tuple(reply.status for reply in api.together(asks, SECONDS)), ""
    except Mismatch as problem:
        return (), problem.got


def _ask(api: Api, kind: str) -> Ask:
    """Return what is sent, all times the same; the ETag is that of the document as it is now."""
    name = f"race-{uuid.uuid4().hex[:4]}"
    if kind == "PUT":
        etag = api.get(deployment.PATH, seconds=SECONDS).headers.get("ETag", "")
        return ("PUT", deployment.PATH, {"json": {"model": name, "threshold": 0.5}, "headers": {"If-Match": etag}})
    if kind == "POST":
        return ("POST", registry.MODELS, {"json": {"id": name, "description": "One of several."}})
    return ("POST", keys.PATH, {"json": {"features": [5.1, 3.5, 1.4, 0.2]}, "headers": {"Idempotency-Key": name}})


def known(kind: str) -> Sequence[str]:
    """Return what may race.

    Raises:
        ValueError: not this.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(map(repr, KINDS))}")
    return tuple(KINDS)
