"""Finds a lab's sections and check cells in a submitted notebook, whatever has happened to it since its release.

Nothing is executed. Damage is repaired where it is clear what was meant, and every repair is an incident, one line in
plain words. The judge reads sections from here, and nbgrader's notebook is repaired by the same findings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat import NotebookNode

from labkit.course import Lab
from labkit.sections import BadMagic, Section, fingerprint, normalise, parse_line

_MAGIC = re.compile(r"^%%section\b(?P<line>.*)$")
_CHECK = re.compile(r"^\s*lab\.check\(\s*[\"'](?P<name>\w+)[\"']\s*\)\s*$")


@dataclass(frozen=True)
class Piece:
    """The text of one section and the cell it stands in.

    Attributes:
        cell: the index of the cell.
        section: its name, its source, and the section it wants to stand before.
        weight: what speaks for it: a magic of this name, then a cell of code, then more than comments.
        magicless: whether only nbgrader's name says what it is.
    """

    cell: int
    section: Section
    weight: tuple[bool, bool, bool] = (True, True, True)
    magicless: bool = False


@dataclass
class Findings:
    """What was found in a notebook.

    Attributes:
        sections: the piece that counts, for each section that was found.
        spare: pieces that do not count, because another of the same name does.
        checks: the index of the check cell of each exercise.
        incidents: what was repaired, ignored or missed.
    """

    sections: dict[str, Piece] = field(default_factory=dict)
    spare: list[Piece] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)
    incidents: list[str] = field(default_factory=list)

    def pieces(self) -> dict[int, list[Piece]]:
        """The pieces by the index of their cell, those that count first."""
        found: dict[int, list[Piece]] = {}
        for piece in (*self.sections.values(), *self.spare):
            found.setdefault(piece.cell, []).append(piece)
        return found


def find(book: NotebookNode, lab: Lab, stubs: Mapping[str, str]) -> Findings:
    """Find the sections and check cells of a lab.

    Args:
        book: the notebook, of format 4.
        lab: the lab.
        stubs: the fingerprint of each stub.
    """
    found = Findings()
    candidates: dict[str, list[Piece]] = {}
    for index, cell in enumerate(book.cells):
        for piece in _pieces(book, index, cell, lab, found.incidents):
            candidates.setdefault(piece.section.name, []).append(piece)
    for name in lab.sections:
        if name in candidates:
            _choose(name, candidates[name], stubs.get(name), found)
            if found.sections[name].magicless:
                found.incidents.append(f"The cell of {name} had lost its %%section line.")
        else:
            found.incidents.append(f"The cell of {name} is missing.")
    _find_checks(book, lab, found)
    return found


def grade_id(cell: NotebookNode) -> str:
    """Return the name that nbgrader knows a cell by; empty if it has none."""
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def is_section(cell: NotebookNode) -> bool:
    """Whether a cell begins with the magic, after blank lines and comments."""
    lines = [line for line in normalise(cell.source).split("\n") if line.strip() and not line.startswith("#")]
    return bool(lines) and bool(_MAGIC.match(lines[0]))


def _pieces(book: NotebookNode, index: int, cell: NotebookNode, lab: Lab, incidents: list[str]) -> list[Piece]:
    """Return the sections that stand in a cell: usually one or none, several where cells were merged."""
    identity = grade_id(cell) if grade_id(cell) in lab.sections else ""
    if not identity and not is_section(cell):
        return []
    head, *parts = _split(normalise(cell.source))
    code_above = "".join(line for line in head.splitlines(keepends=True) if line.strip() and line[0] != "#")
    if not parts:
        return [replace(_piece(index, Section(identity, normalise(head)), False, cell), magicless=True)]
    if len(parts) > 1:
        incidents.append(f"Cell {index + 1} held {len(parts)} sections; they were taken apart.")
    pieces = []
    for number, part in enumerate(parts):
        magic, _, body = part.partition("\n")
        wanted, before = _read_magic(magic)
        first = identity if number == 0 else ""
        name = _settle(first, wanted, book, lab)
        if name is None:
            incidents.append(
                f"Cell {index + 1} writes a section {wanted!r} that the lab does not have; it was ignored."
            )
            continue
        if name != wanted:
            incidents.append(f"The cell of {name} had another name on its %%section line: {wanted!r}.")
        if cell.cell_type != "code":
            incidents.append(f"The cell of {name} had been turned into {cell.cell_type}; it was read as code.")
        if before is not None and (before not in lab.sections or before == name):
            incidents.append(f"The cell of {name} wants to stand before {before!r}; that was ignored.")
            before = None
        section = Section(name, normalise((code_above if number == 0 else "") + body), before)
        pieces.append(_piece(index, section, name == wanted, cell))
    return pieces


def _piece(index: int, section: Section, named: bool, cell: NotebookNode) -> Piece:
    says = any(line.strip() and not line.lstrip().startswith("#") for line in section.source.splitlines())
    return Piece(index, section, (named, cell.cell_type == "code", says))


def _split(source: str) -> list[str]:
    """Return what stands above the first magic, then each magic with what follows it."""
    parts = [""]
    for line in source.splitlines(keepends=True):
        if _MAGIC.match(line.rstrip("\n")):
            parts.append("")
        parts[-1] += line
    return parts


def _read_magic(line: str) -> tuple[str, str | None]:
    match = _MAGIC.match(line)
    words = match["line"] if match else ""
    try:
        return parse_line(words)
    except BadMagic:
        return next(iter(words.split()), ""), None


def _settle(identity: str, wanted: str, book: NotebookNode, lab: Lab) -> str | None:
    """Decide between a cell's identity and the name on its magic, where they differ.

    nbgrader's name goes first. But a cell that was copied carries the name of the cell it was copied from: where that
    one is still there, the magic says what the copy is.
    """
    if wanted not in lab.sections:
        return identity or None
    if identity in ("", wanted):
        return wanted
    others = [cell for cell in book.cells if grade_id(cell) == identity and is_section(cell)]
    original = any(f"%%section {identity}" in normalise(cell.source).split("\n") for cell in others)
    return wanted if original else identity


def _choose(name: str, pieces: list[Piece], stub: str | None, found: Findings) -> None:
    """Take the last piece that differs from the stub, or else the last one, of those for which most speaks.

    A cell that was split or copied carries nbgrader's name for its section, whatever is written into it later. So what
    has no magic of this name counts only where nothing has one.
    """
    most = max(piece.weight for piece in pieces)
    best = [piece for piece in pieces if piece.weight == most]
    written = [piece for piece in best if fingerprint(piece.section.source) != stub]
    chosen = (written or best)[-1]
    found.sections[name] = chosen
    found.spare += [piece for piece in pieces if piece is not chosen]
    if len(pieces) > 1:
        which = "the last one that was written" if len(written) > 1 else "the one that was written"
        found.incidents.append(
            f"There are {len(pieces)} cells of {name}; {which if written else 'the last one'} counts."
        )


def _find_checks(book: NotebookNode, lab: Lab, found: Findings) -> None:
    """Find the check cells: by nbgrader's name, or by what they say where that was lost."""
    for exercise in lab.exercises:
        named = [index for index, cell in enumerate(book.cells) if grade_id(cell) == f"check-{exercise.id}"]
        saying = [index for index, cell in enumerate(book.cells) if _checks(cell) == exercise.id]
        if len(named) > 1:
            found.incidents.append(f"There are {len(named)} check cells of {exercise.id}; one of them counts.")
        if named or saying:
            found.checks[exercise.id] = (named or saying)[0]
        else:
            found.incidents.append(f"The check cell of {exercise.id} is missing; it was judged all the same.")


def _checks(cell: Any) -> str:
    match = _CHECK.match(cell.source) if cell.cell_type == "code" else None
    return match["name"] if match else ""
