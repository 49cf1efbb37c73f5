"""Says what a student's code has raised, and where: in the file, and in the notebook's cell."""

from __future__ import annotations

import contextlib
import linecache
import re
import traceback
from pathlib import Path

from labkit import sections
from labkit.text import one_line

WIDTH = 120
"""How many characters of what an exception says about itself are told of a request."""
LONGEST = 1000
"""How many are told of an import."""
_READ_ON = re.compile(r"( \[type=missing, .*\])?\s+For further information visit https://errors\.pydantic\.dev\S+")
"""What Pydantic ends each error with. Where something is missing, its input is all that was there."""


def explain(problem: BaseException, text: str, path: Path) -> str:
    """Say in one line what was raised and where, with the line of the notebook's cell."""
    said, place = _said(problem, LONGEST), _place(problem, text, path)
    return f"{said} ({place})" if place else said


def raised_at(problem: BaseException, path: Path) -> str:
    """Say what was raised while a request was answered, shortened to one line.

    As `KeyError: 'label', in line 9 of the cell predict, labs/lab03_serving.py:31`; without its end if no line of the
    student's module has raised.
    """
    while isinstance(problem, BaseExceptionGroup) and len(problem.exceptions) == 1:  # as anyio wraps what a task raises
        problem = problem.exceptions[0]
    text = "".join(linecache.getlines(str(path)))  # what is served, as labkit.module.loading has put it there
    said, place = _said(problem, WIDTH), _place(problem, text, path)
    if not place:
        return said
    return f"{said}, in {place}" if ":" in said else f"{said} in {place}"


def in_module(raised: str) -> bool:
    """Whether what raised_at has said names a line of the student's module."""
    return raised.rpartition(".py:")[2].isdecimal()


def line_of(problem: BaseException, path: Path) -> int | None:
    """Return the last line of the module that the exception went through; for a syntax error, the line it names."""
    if isinstance(problem, SyntaxError) and problem.filename == str(path):
        return problem.lineno
    lines = lines_of(problem, path)
    return lines[-1] if lines else None


def lines_of(problem: BaseException, path: Path) -> list[int]:
    """Return the lines of the module that an exception went through, the first call first."""
    steps = traceback.walk_tb(problem.__traceback__)
    return [line for frame, line in steps if frame.f_code.co_filename == str(path)]


def _said(problem: BaseException, width: int) -> str:
    """The exception's name and, if there is one, what it says about itself, each in one line that can be shown."""
    what = ""
    with contextlib.suppress(Exception):  # its __str__ may be the student's, too
        what = str(problem.msg or "") if isinstance(problem, SyntaxError) else _READ_ON.sub("", str(problem))
    return ": ".join(filter(None, (one_line(type(problem).__name__, width), one_line(what, width))))


def _place(problem: BaseException, text: str, path: Path) -> str:
    line = line_of(problem, path)
    if not line:
        return ""
    file = f"{path.parent.name}/{path.name}:{line}"
    found = sections.section_at(text, line) if line <= text.count("\n") + 1 else None
    return f"line {found[1]} of the cell {found[0]}, {file}" if found else file
