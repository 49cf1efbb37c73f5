"""Paths as a student has them, where a process in the sandbox has named its own."""

from __future__ import annotations

import re
import tempfile

from labkit.sandbox.filesystem import WORK

_SANDBOX = re.compile(
    rf"(?<![\w.-])(?:{re.escape(tempfile.gettempdir())}/judge-\w+|{WORK})/(?=(?:labs|data)/|[\w.-]+(?![\w./-]))"
)


def at_home(said: str) -> str:
    """Return what was said with each path from the workbook's folder on: `data/iris.joblib`."""
    return _SANDBOX.sub("", said)
