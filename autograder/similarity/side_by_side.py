"""The code of two submissions, a section beside the section of the same name, with the parts that both have marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from autograder.similarity.pairs import Document, Pair
from autograder.similarity.winnowing import SHORTEST
from labkit import sections

AROUND = 2
"""How many lines are shown before and after one that has a marked part."""
WHOLE = "module"
"""What the code is called that stands in no section."""

Part = tuple[int, int, int]
"""A part of a text that both have: its number, where it begins, where it ends."""


@dataclass(frozen=True)
class Row:
    """One section of both; None where there is nothing marked in it."""

    section: str
    left: Markup | None
    right: Markup | None


def rows(pair: Pair) -> list[Row]:
    """Return the sections in which something is marked, in the order in which they stand."""
    numbers = _numbers(pair)
    left, right = (_marked(document, _parts(document, numbers)) for document in (pair.left, pair.right))
    return [Row(name, left.get(name), right.get(name)) for name in dict.fromkeys([*left, *right])]


def _numbers(pair: Pair) -> dict[str, int]:
    """Number the shared runs: those that follow each other on the left are one part."""
    numbers: dict[str, int] = {}
    number, end = 0, -1
    for start, run in enumerate(pair.left.runs):
        if run in pair.shared:
            number += start > end
            end = start + SHORTEST
            numbers.setdefault(run, number)
    return numbers


def _parts(document: Document, numbers: dict[str, int]) -> list[Part]:
    """Return the parts of a document, in the order in which they stand."""
    tokens = document.tokens
    number_of: dict[int, int] = {}
    for start, run in enumerate(document.runs):
        if run in numbers:
            number_of |= {place: numbers[run] for place in range(start, start + SHORTEST) if place not in number_of}
    parts: list[Part] = []
    last = -2
    for place, number in sorted(number_of.items()):
        if place == last + 1 and parts[-1][0] == number:
            parts[-1] = (number, parts[-1][1], tokens[place].end)
        else:
            parts.append((number, tokens[place].start, tokens[place].end))
        last = place
    return parts


def _marked(document: Document, parts: list[Part]) -> dict[str, Markup]:
    """Return the sections that have a part, as text with marks, shortened to the lines around them."""
    return {
        name: _shortened([_line(line, start, parts) for start, line in lines])
        for name, lines in _by_section(document.text)
        if any(first < lines[-1][0] + len(lines[-1][1]) and end > lines[0][0] for _, first, end in parts)
    }


def _by_section(text: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Return the lines of each section, with the place where each begins."""
    name, start = WHOLE, 0
    lines: list[tuple[int, str]] = []
    for line in text.splitlines(keepends=True):
        if mark := sections.parse(line):
            if lines:
                yield name, lines
            name, lines = mark[0].name, []
        else:
            lines.append((start, line))
        start += len(line)
    if lines:
        yield name, lines


def _line(line: str, start: int, parts: list[Part]) -> tuple[bool, Markup]:
    """Return whether a line has a part, and the line."""
    done, found = Markup(), 0
    for number, first, end in parts:
        first, end = max(first - start, found), min(end - start, len(line.rstrip()))
        if first < end:
            part = Markup('<mark title="part {}">{}</mark>').format(number, line[first:end])
            done += escape(line[found:first]) + part
            found = end
    return found > 0, done + escape(line[found:].rstrip("\r\n"))


def _shortened(lines: list[tuple[bool, Markup]]) -> Markup:
    """Return lines as a text; what is far from a part is counted instead."""
    near = [any(has for has, _ in lines[max(0, place - AROUND) : place + AROUND + 1]) for place in range(len(lines))]
    shown: list[Markup] = []
    left_out = 0
    for is_near, (_, line) in zip([*near, True], [*lines, (False, Markup())], strict=True):
        if not is_near:
            left_out += 1
            continue
        if left_out:
            shown.append(Markup('<i class="muted">{} line{}</i>').format(left_out, "s"[: left_out > 1]))
            left_out = 0
        shown.append(line)
    return Markup("\n").join(shown)
