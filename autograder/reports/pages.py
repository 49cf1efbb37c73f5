"""The pages that people open: templates filled in, with everything that a student wrote escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.reports import TEMPLATES
from labkit import contrast


def fill(template: str, **values: Any) -> str:
    """Return a page: one file, which needs no network and no script."""
    return _environment().get_template(template).render(**values)


@cache
def version() -> str:
    """Return a hash of what all pages look like."""
    paths = sorted(TEMPLATES.iterdir())
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def share(part: float, whole: float) -> int:
    """Return a share in percent, between 0 and 100."""
    return round(100 * min(1.0, max(0.0, part / whole))) if whole else 0


def contrasted(message: str) -> Markup:
    """Return a message in which what differs between what was expected and what came is marked."""
    return Markup("\n".join(contrast.marked(line, spans) for line, spans in contrast.lines(message)))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals["share"] = share
    environment.filters["contrasted"] = contrasted
    return environment
