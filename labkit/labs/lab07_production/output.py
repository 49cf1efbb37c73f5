"""What a started server has said, held against what the checks of lab 07 expect: its log, and gunicorn's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.checks.api import Mismatch
from labkit.labs.lab07_production.setups import CONFIGURED, KEY
from labkit.checks.running import Running, Start

WORDS = "shutdown complete"
_OF_UVICORN = "Application shutdown complete"


def silent(what: str, running: Running) -> None:
    """Expect that the key is in no line that was printed.

    Raises:
        Mismatch: it is.
    """
    if any(KEY in line for stream in running.printed() for line in stream):
        raise Mismatch(what, "no line with the key", "the key itself")


def said_at_the_end(running: Running) -> None:
    """Expect the last words of the student's lifespan; uvicorn's own, which read alike, are not those.

    Raises:
        Mismatch: there are none.
    """
    out, err = running.printed(lambda out, err: any(map(_says_so, [*out, *err])))
    if not any(map(_says_so, [*out, *err])):
        lines = [line for line in err if line.strip()]
        raise Mismatch("SIGTERM", f"a line with: {WORDS}", f"last: {lines[-1] if lines else 'nothing'}")


def settings(start: Start) -> dict[str, Any]:
    """Return what gunicorn makes of the student's file."""
    return start(CONFIGURED).settings


def named(start: Start, name: str, fits: Callable[[Any], bool], expected: str) -> None:
    """Expect that the student's file has a setting, and that it fits.

    Raises:
        Mismatch: it has not, or it does not.
    """
    found = settings(start)
    if name not in found.get("named", []):
        raise Mismatch(f"{name} in gunicorn.conf.py", expected, "nothing")
    if not fits(found[name]):
        raise Mismatch(f"{name} in gunicorn.conf.py", expected, f"{found[name]}")


def _says_so(line: str) -> bool:
    return WORDS in line.replace(_OF_UVICORN, "")
