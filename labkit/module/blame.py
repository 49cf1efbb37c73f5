"""Finds the section that keeps a module from starting.

A section that raises while the module is imported names itself. One that raises later, in the lifespan or in
create_app, often does not: the line that raises stands in a library, or in a section that is right. So the module is
started without one section after the other, until it starts.
"""

from __future__ import annotations

import re

from labkit import sections
from labkit.sections import SETUP

_PLACE = re.compile(r"of the cell (\w+)")
_STARTS = re.compile("lifespan|on_event|on_startup|create_app")


def suspects(text: str, problem: str) -> list[tuple[str, ...]]:
    """Return the sections that may keep a module from starting, the likeliest first.

    After each one alone come pairs: where the line that raises is in a section that uses another, the two may have to
    go together, since what is given in place of the other does not suit it.

    Args:
        text: the module.
        problem: what was said when it did not start.
    """
    named = set(_PLACE.findall(problem))
    found = [section for section in reversed(sections.parse(text)) if section.name != SETUP]
    found.sort(key=lambda section: (section.name not in named, not _STARTS.search(_code(section.source))))
    first, *others = [section.name for section in found] or [""]
    alone = [(section.name,) for section in found]
    return alone + [(first, other) for other in others if first in named]


def _code(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if not line.lstrip().startswith("#"))
