"""A lab's module is a sequence of sections, one for each exercise, marked `# %% name`.

The notebook and the judge both make the module from sections, with the functions here, so they make the same one.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from labkit import syntax

SETUP = "setup"
"""The first section of every lab: what is given. It is not graded."""
_MARK = re.compile(r"^# %% (?P<name>[a-z][a-z0-9_]*)(?: --before (?P<before>[a-z][a-z0-9_]*))?\s*$")


@dataclass(frozen=True)
class Section:
    """One section of a module.

    Attributes:
        name: the exercise it belongs to, or SETUP.
        source: its lines, without the mark, ending in one line end.
        before: the section it wants to stand before; None for its place in the notebook's order.
    """

    name: str
    source: str
    before: str | None = None

    @property
    def mark(self) -> str:
        """The comment that starts the section in the module."""
        return f"# %% {self.name}" + (f" --before {self.before}" if self.before else "")


def normalise(source: str) -> str:
    """Return source with plain line ends, no blank lines around it and one line end after it."""
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def parse(text: str) -> list[Section]:
    """Split a module into its sections, in the order in which they stand; [] if it has no marks.

    Anything above the first mark belongs to no section and is dropped.
    """
    sections: list[tuple[re.Match[str], list[str]]] = []
    for line in normalise(text).split("\n"):
        if mark := _MARK.match(line):
            sections.append((mark, []))
        elif sections:
            sections[-1][1].append(line)
    return [Section(mark["name"], normalise("\n".join(lines)), mark["before"]) for mark, lines in sections]


def arrange(sections: Iterable[Section], order: Sequence[str]) -> list[Section]:
    """Put sections in the notebook's order, then move those that ask to stand before another.

    Args:
        sections: at most one of each name; a section that `order` does not know goes last.
        order: the names in the notebook's order.
    """
    rank = {name: place for place, name in enumerate(order)}
    placed = sorted(sections, key=lambda section: rank.get(section.name, len(rank)))
    for section in [section for section in placed if section.before]:
        target = next((other for other in placed if other.name == section.before and other is not section), None)
        if target:
            placed.remove(section)
            placed.insert(placed.index(target), section)
    return placed


def replace(sections: Iterable[Section], new: Section) -> list[Section]:
    """Return sections with `new` in place of the one of its name, or added."""
    return [section for section in sections if section.name != new.name] + [new]


def render(sections: Iterable[Section], title: str) -> str:
    """Return the text of the module. Its first line says where it comes from."""
    parts = [f'"""{title}."""\n']
    parts += [f"{section.mark}\n{section.source}" for section in sections]
    return "\n".join(parts)


def section_at(text: str, line: int) -> tuple[str, int] | None:
    """Return the section in which a line of a module stands, and the line of the notebook's cell.

    Lines count from 1. The cell's first line is its `%%section` line, which the mark stands for.
    """
    for start in range(line, 0, -1):
        if mark := _MARK.match(text.split("\n")[start - 1]):
            return mark["name"], line - start + 1
    return None


def without(text: str, names: Iterable[str]) -> str:
    """Return a module's text with the lines of some sections blanked out; all other lines keep their numbers."""
    blanked, keep = set(names), True
    lines = []
    for line in text.split("\n"):
        if mark := _MARK.match(line):
            keep = mark["name"] not in blanked
            lines.append(line)
        else:
            lines.append(line if keep else "")
    return "\n".join(lines)


def fingerprint(source: str) -> str:
    """Return a short hash of a section that comments, blank lines and trailing spaces do not change."""
    lines = [line for line in normalise(source).split("\n") if line.strip() and not line.strip().startswith("#")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


class BadMagic(ValueError):
    """The magic's line cannot be understood; the message says how it is written."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadMagic(f"{message}\nwrite     %%section NAME, or %%section NAME --before OTHER")


def parse_line(line: str) -> tuple[str, str | None]:
    """Return the name and the section to stand before, from what follows `%%section`.

    Raises:
        BadMagic: there is no name, or more than a name and `--before`.
    """
    parser = _Parser(prog="%%section", add_help=False, allow_abbrev=False)
    parser.add_argument("name")
    parser.add_argument("--before", action="append", default=[])
    try:
        arguments = parser.parse_args(shlex.split(line))
    except BadMagic:
        raise
    except ValueError as problem:
        parser.error(str(problem))
    if len(arguments.before) > 1:
        parser.error("--before stands there twice")
    return arguments.name, next(iter(arguments.before), None)


def declares(source: str, name: str) -> bool:
    """Whether a section gives a name its meaning at its top level, or says in a comment that it is going to.

    It need not parse: one that does not is where this is asked.
    """
    name = re.escape(name)
    made = rf"^(?:(?:async )?def|class) +{name}\b|^{name} *(?::[^=\n]+)?=(?!=)|^# +(?:class +)?{name} {{2,}}"
    return bool(re.search(made, source, re.MULTILINE))


def says(source: str, word: str) -> bool:
    """Whether a section gives a name its meaning, or has a text with this path."""
    return f'{word}"' in source or f"{word}'" in source if word.startswith("/") else declares(source, word)


def promised(stub: str) -> set[str]:
    """Return what a stub is going to have: the names and paths that it, or one of its comments, says."""
    names = re.findall(
        r"^(?:(?:async )?def|class|# +(?:class|def)) +(\w+)|^# +(\w+)(?=\(| {2,}|, \w+ {2,})", stub, re.MULTILINE
    )
    paths = re.findall(r"""(?:@\w+\.\w+\(\s*["']|# +[A-Z]+ +)(/[^"'\s?]*)""", stub)
    return {name for pair in names for name in pair if name and not name.isupper()} | set(paths)


def defined(source: str) -> set[str]:
    """Return the names of the functions and classes that a section defines; none where it does not parse."""
    try:
        body = syntax.tree(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
