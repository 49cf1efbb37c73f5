"""Finds the section that keeps a module from starting, and says what to try where an exception names the mistake.

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
_ADVICE = (
    (
        r"'builtins\.async_generator' object does not support the asynchronous",
        "",
        "Is there @asynccontextmanager above each resource, and @resources.append above that?",
    ),
    (r"'(async_)?generator' object does not support the asynchronous", "", "Is there @asynccontextmanager above it?"),
    (r"'_GeneratorContextManager' object does not", "", "It takes @asynccontextmanager, not @contextmanager."),
    (r"'(coroutine|NoneType)' object is not an async iterator", "", "It needs a yield: what is above it is the start."),
    (r"generator didn't yield", "", "It has to come to its yield: what is above it is the start."),
    (
        r"\bField required\b",
        r"\bField\([^)\n]*\benv\s*=",
        "Field(env=...) is Pydantic 1: write an alias for each field, or env_prefix for all of them.",
    ),
)


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


def advice(said: str, text: str = "") -> str:
    """Return what to try, where what was raised, and what the module says, leave one mistake only; else nothing."""
    found = (tip for raised, written, tip in _ADVICE if re.search(raised, said) and re.search(written, text))
    return next(found, "")


def _code(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if not line.lstrip().startswith("#"))
