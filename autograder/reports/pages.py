"""The pages that people open: templates filled in, with everything that a student wrote escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.reports import TEMPLATES


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


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals["share"] = share
    return environment
