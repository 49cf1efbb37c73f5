"""Reads what a server that is started by command has raised out of what it prints: it says so nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable

from labkit import sections
from labkit.module.source import Module
from labkit.text import one_line

RAISED = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit)\b")
"""How the line of a traceback begins that says what was raised."""
_WIDTH = 200
_Printed = Callable[[Callable[[list[str], list[str]], bool]], tuple[list[str], list[str]]]


class Tracebacks:
    """The tracebacks of one server, each read once."""

    def __init__(self, printed: _Printed, module: Module) -> None:
        """Read nothing yet; `printed` waits for lines, as labkit.checks.running.Running has it."""
        self._printed, self._module = printed, module
        self._read = 0
        name = re.escape(module.lab)
        self._line = re.compile(rf'  File ".*/({name}\.py|{name}/[\w.]+\.py)", line (\d+)')

    def raised(self, method: str, path: str, since: int) -> str | None:
        """Return what was raised in the request that was just answered, and where; None if no traceback comes."""
        lines = self._printed(lambda out, err: self._end(err) > 0)[1]
        begin, end = self._read, self._end(lines)
        self._read = end or self._read
        if not end:
            return None
        said = one_line(lines[end - 1], _WIDTH)
        places = [found for line in lines[begin:end] if (found := self._line.match(line))]
        return f"{said}, in {self._place(places[-1][1], int(places[-1][2]))}" if places else said

    def _end(self, lines: list[str]) -> int:
        """The number of lines up to the end of the last traceback that was not read yet; 0 if there is none."""
        return next((at + 1 for at in range(len(lines) - 1, self._read - 1, -1) if RAISED.match(lines[at])), 0)

    def _place(self, name: str, line: int) -> str:
        file = f"labs/{name}:{line}"
        if "/" in name or line > self._module.text.count("\n") + 1:  # it is a file beside the module
            return file
        found = sections.section_at(self._module.text, line)
        return f"line {found[1]} of the cell {found[0]}, {file}" if found else file
