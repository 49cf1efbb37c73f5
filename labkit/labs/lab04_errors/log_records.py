"""Finds log records in what a server has printed, whatever they look like: plain text, or JSON, one line or many.

A record is not marked as one in a stream of lines, so this goes by what people write: a JSON object in a line is a
record; so is a line that names a level, with the lines below it. Where nothing tells, lines belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from labkit.http.body import parse

SERIOUS = {"ERROR", "CRITICAL", "FATAL", "EXCEPTION"}
"""The levels of a record that reports a failure."""

LOST = "--- Logging error ---"
"""How Python begins its report about a record that could not be written."""

_LEVEL = re.compile(r"\b(DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b|\[([a-z]+) *\]|\blevel=\"?([A-Za-z]+)")
_LEVEL_KEYS = ("level", "levelname", "severity", "log_level", "loglevel", "lvl")
_NAMES = {"DEBUG", "INFO", "WARN", "WARNING", "NOTICE"} | SERIOUS
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|File \\*\".+?\\*\", line \d+|\"frames\"")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Record:
    """A record: its level if it has one, and its lines."""

    level: str | None
    lines: list[str] = field(default_factory=list)
    complete: bool = False
    raw: bool = False

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return "\n".join(self.lines)

    @property
    def serious(self) -> bool:
        """Whether it reports a failure; a record without a level may."""
        return self.level is None or self.level in SERIOUS

    @property
    def has_traceback(self) -> bool:
        """Whether it says where in the code something was raised."""
        return bool(_TRACEBACK.search(self.text))

    def bears(self, word: str) -> bool:
        """Whether it contains a word."""
        return _bears(self.text, word)


def records(lines: Iterable[str], word: str) -> list[Record]:
    """Split the lines of one stream into records.

    Args:
        lines: what was printed.
        word: a line that bears it again, after a record that has told all, begins another.
    """
    found: list[Record] = []
    inside = False  # a traceback: its lines are indented, and one that is not ends it
    for line in _logged(_COLOUR.sub("", line) for line in lines):
        if not line.strip():
            continue
        level, whole = _level(line)
        indented = line[0].isspace() or line[0] in "|│╭╰}]"
        if whole or not found or found[-1].complete or (not inside and not indented and _begins(line, found[-1], word)):
            found.append(Record(level, complete=whole, raw=line.startswith("Traceback ")))
        elif indented and found[-1].level is None and not inside:
            found[-1].level = level  # a JSON object over several lines
        found[-1].lines.append(line)
        opens = "Traceback (most recent" in line and not line.endswith(('"', '",'))  # else it is a text in JSON
        inside = not whole and (opens or (inside and indented))
    return found


def _logged(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what Python reports about a record that could not be written: it is none."""
    failed = False
    for line in lines:
        failed = failed or line == LOST
        if not failed:
            yield line
        failed = failed and not line.startswith("Arguments: ")


def failures(printed: tuple[list[str], list[str]], word: str) -> tuple[list[Record], bool]:
    """Return the records on stdout and stderr that report a failure and bear a word, and whether they have a traceback.

    A traceback that was printed by itself, beside the record, counts as the record's.
    """
    all_of_them = [record for lines in printed for record in records(lines, word)]
    found = [record for record in all_of_them if record.serious and record.bears(word)]
    return found, any(record.has_traceback for record in found + [one for one in all_of_them if one.raw])


def _begins(line: str, before: Record, word: str) -> bool:
    """Whether a line begins a record, seen from the one above it."""
    if line in before.lines or line == "{":
        return not line.startswith("Traceback ")
    if _level(line)[0]:
        return not (before.has_traceback and before.lines[-1][0].isspace())  # else it is the line of the exception
    return _bears(line, word) and before.bears(word) and before.has_traceback


def _level(line: str) -> tuple[str | None, bool]:
    """Return the level that a line names, and whether the line is a whole record in JSON."""
    said = parse(line)
    if isinstance(said, dict):
        level = next((said[key] for key in _LEVEL_KEYS if key in said), None)
        if isinstance(level, int | float):
            return "ERROR" if level >= 40 else "INFO", True
        return (level.upper() if isinstance(level, str) else None), True
    if named := _LEVEL.search(line):
        level = next(filter(None, named.groups())).upper()
        return (level if level in _NAMES else None), False
    return None, False


def _bears(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
