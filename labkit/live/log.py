"""What the live server prints and logs goes into a log of its own, never into the cell that happens to run.

Everything the server runs carries its log in a context variable, which asyncio tasks, FastAPI's worker threads and
threads that the student's code starts inherit. The routed streams look there. Under nbgrader all of stderr goes into
the log, because a graded cell with any output on stderr scores nothing.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
import threading
from collections import deque
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from labkit.module.interrupt import BrokenOff

LINES = 2000
"""How many lines a log keeps."""

WIDTH = 10_000
"""How many characters of a line it keeps."""

current: ContextVar[Log | Outlet | None] = ContextVar("labkit_log", default=None)
OWN = "/.workbook/"
"""What the paths of the workbook's own files begin with; a student has not asked for them."""

request: ContextVar[int] = ContextVar("labkit_request", default=0)
"""The number of the request in which the code runs that writes; 0 outside of any."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LEVEL = re.compile(rf"""^\W*({"|".join(LEVELS)})\b|"level(?:name)?": *"({"|".join(LEVELS)})\"""", re.IGNORECASE)


class Lines(str):
    """Text that a notebook shows as it is, without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


class Line(NamedTuple):
    """One line of a log.

    Attributes:
        moment: when it was written, as 23:59:59.
        text: what was written.
        level: one of LEVELS; empty if it says none, as what was printed.
        request: the number of the request in which it was written; 0 if in none.
    """

    moment: str
    text: str
    level: str = ""
    request: int = 0

    def __str__(self) -> str:
        return f"{self.moment} {self.text}"


class Log:
    """The last lines of a server's output, oldest first. `log()` shows them.

    Attributes:
        count: how many lines were written so far.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lines: deque[Line] = deque(maxlen=LINES)
        self._unfinished: dict[int, str] = {}
        self._lock = threading.RLock()
        self.count = 0

    def __call__(self, lines: int = 20) -> Lines:
        """Return the last lines, to be looked at."""
        return Lines(self.tail(lines) or "The server has printed and logged nothing yet.")

    def write(self, text: str, level: str = "") -> None:
        """Add text; a line is kept once it is complete, each thread's by itself. A level is for all of the text."""
        thread = threading.get_ident()
        with self._lock:
            *lines, rest = (self._unfinished.pop(thread, "") + text).split("\n")
            if rest:
                self._unfinished[thread] = rest[:WIDTH]
            moment = datetime.now().strftime("%H:%M:%S")
            self.count += len(lines)
            for line in lines:
                self._lines.append(Line(moment, line[:WIDTH], level or _level(line), request.get()))

    def lines(self) -> list[Line]:
        """The lines that are kept, oldest first."""
        with self._lock:
            return list(self._lines)

    def tail(self, lines: int = 20) -> str:
        """The last lines, as text."""
        return "\n".join(map(str, self.lines()[-lines:])) if lines > 0 else ""

    def __str__(self) -> str:
        """All lines that are kept."""
        return self.tail(LINES)

    def __repr__(self) -> str:
        """The last lines, as a notebook shows them."""
        return self()


def _level(line: str) -> str:
    """The level that a line states by itself, at its beginning or as a field of JSON."""
    found = _LEVEL.search(line)
    return (found[1] or found[2]).upper() if found else ""


class Outlet:
    """A way into a log that can be closed, so that what was abandoned is silent when it comes back.

    Attributes:
        count: how many lines came this way.
    """

    def __init__(self, log: Log) -> None:
        """Lead into this log."""
        self._log: Log | None = log
        self.count = 0

    def write(self, text: str, level: str = "") -> None:
        """Add text to the log, unless closed."""
        if self._log is not None:
            self._log.write(text, level)
            self.count += text.count("\n")

    def close(self) -> None:
        """Drop whatever is written from now on."""
        self._log = None


class _Routed(io.TextIOBase):
    """A stream that sends what the server writes to its log, and everything else where it always went."""

    def __init__(self, stream: TextIO, everything: Log | None = None) -> None:
        self._stream, self._everything = stream, everything

    def write(self, text: str) -> int:
        log = current.get() or self._everything
        if log is None:
            return self._stream.write(text)
        log.write(text)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """Let go of the stream, which belongs to somebody else and may be closed by now."""

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Handler(logging.Handler):
    """Writes uvicorn's records to the log of the server that made them."""

    def emit(self, record: logging.LogRecord) -> None:
        log, own = current.get(), record.name == "uvicorn.access" and OWN in record.getMessage()
        if log is not None and not own:
            log.write(f"{record.levelname}: {self.format(record)}\n", record.levelname)


def route_streams() -> None:
    """Route stdout, stderr, uvicorn's loggers and the threads that the server starts; safe to call again."""
    if not isinstance(sys.stdout, _Routed):
        sys.stdout = _Routed(sys.stdout)
    if not isinstance(sys.stderr, _Routed):
        sys.stderr = _Routed(sys.stderr)
    uvicorn = logging.getLogger("uvicorn")
    if not any(isinstance(handler, _Handler) for handler in uvicorn.handlers):
        uvicorn.handlers[:] = [_Handler()]
        uvicorn.propagate = False
        uvicorn.setLevel(logging.INFO)
    if threading.Thread.start is not _start:
        threading.Thread.start = _start  # type: ignore[method-assign,assignment]


_python_start = threading.Thread.start


def _start(thread: threading.Thread) -> None:
    """Start a thread that writes where the code that starts it writes: before Python 3.14 it inherits no context."""
    log, run, number = current.get(), thread.run, request.get()

    def logged() -> None:
        current.set(log)
        request.set(number)
        with contextlib.suppress(BrokenOff):
            run()

    if log is not None:
        thread.run = logged  # type: ignore[method-assign]
    _python_start(thread)


def silence_stderr(log: Log) -> None:
    """Send all of stderr to the log, and what is written past Python, on file descriptor 2, nowhere."""
    sys.stderr = _Routed(sys.__stderr__ or sys.stderr, everything=log)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
