"""Reads what a refusal says is wrong with a request: FastAPI's own 422, and a problem document with `errors`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that the server found wrong: where, as `loc` says it, and what."""

    loc: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(self.loc)}: {self.message}"

    def within(self, loc: tuple[str, ...]) -> bool:
        """Whether it is about the field at this place, or about something in it."""
        return self.loc[: len(loc)] == loc


def faults(status: int, body: Any) -> Iterator[Fault]:
    """Yield what an answer with this status and JSON body finds wrong, if it is a refusal that says so.

    FastAPI lists it under `detail`, a problem document under `errors`; a `loc` is a list, or a text with dots.
    """
    listed = (body.get("detail"), body.get("errors")) if status >= 400 and isinstance(body, dict) else ()
    for fault in (fault for part in listed if isinstance(part, list) for fault in part):
        if isinstance(fault, dict) and (loc := fault.get("loc")):
            parts = loc if isinstance(loc, list) else str(loc).split(".")
            yield Fault(tuple(map(str, parts)), str(fault.get("msg", "refused")))
