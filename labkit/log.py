"""What the live server prints and logs goes into a log of its own, never into the cell that happens to run.

Everything the server runs carries its log in a context variable, which asyncio tasks and FastAPI's worker threads
inherit. The routed streams look there. Under nbgrader all of stderr goes into the log, because a graded cell with any
output on stderr scores nothing.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TextIO

LINES = 2000
"""How many lines a log keeps."""

current: ContextVar[Log | None] = ContextVar("labkit_log", default=None)


class Log:
    """The last lines of a server's output, oldest first."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)
        self._partial = ""

    def write(self, text: str) -> None:
        """Add text; a line is kept once it is complete."""
        *lines, self._partial = (self._partial + text).split("\n")
        moment = datetime.now().strftime("%H:%M:%S")
        self._lines.extend(f"{moment} {line}" for line in lines)

    def tail(self, lines: int = 20) -> str:
        """The last lines, as text."""
        return "\n".join(list(self._lines)[-lines:])

    def __str__(self) -> str:
        """All lines that are kept."""
        return "\n".join(self._lines)


class _Routed:
    """A stream that sends what the server writes to its log, and everything else where it always went."""

    def __init__(self, stream: TextIO, everything: Log | None = None) -> None:
        self._stream, self._everything = stream, everything

    def write(self, text: str) -> int:
        log = current.get() or self._everything
        if log is None:
            return self._stream.write(text)
        log.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Handler(logging.Handler):
    """Writes uvicorn's records to the log of the server that made them."""

    def emit(self, record: logging.LogRecord) -> None:
        log = current.get()
        if log is not None:
            log.write(f"{record.levelname}: {self.format(record)}\n")


def route_streams() -> None:
    """Route stdout, stderr and uvicorn's loggers; safe to call again."""
    if not isinstance(sys.stdout, _Routed):
        sys.stdout = _Routed(sys.stdout)  # type: ignore[assignment]
    if not isinstance(sys.stderr, _Routed):
        sys.stderr = _Routed(sys.stderr)  # type: ignore[assignment]
    uvicorn = logging.getLogger("uvicorn")
    if not any(isinstance(handler, _Handler) for handler in uvicorn.handlers):
        uvicorn.handlers[:] = [_Handler()]
        uvicorn.propagate = False
        uvicorn.setLevel(logging.INFO)


def silence_stderr(log: Log) -> None:
    """Send all of stderr to the log, and what is written past Python, on file descriptor 2, nowhere."""
    sys.stderr = _Routed(sys.__stderr__ or sys.stderr, everything=log)  # type: ignore[assignment]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
