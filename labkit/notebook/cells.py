"""What the cells of a notebook are about to write, for nbgrader, which runs a notebook from top to bottom.

A check asks for the module as it is when the student is done. Where one exercise decides about another (a route that
takes the requests of a route above it, an app that is mounted in the last section), the sections below a check matter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from labkit.course import Lab
from labkit.sections import BadMagic, Section, normalise, parse_line

_MAGIC = "%%section "


def written_by(notebook: Path, lab: Lab) -> list[Section]:
    """Return the sections that a notebook's cells write, the later ones last; none if it cannot be read."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found = [_section(cell) for cell in cells if cell.get("cell_type") == "code"]
    return [section for section in found if section and _fits(section, lab)]


def _section(cell: dict[str, Any]) -> Section | None:
    magic, _, source = "".join(cell.get("source", "")).lstrip().partition("\n")
    if not magic.startswith(_MAGIC):
        return None
    try:
        name, before = parse_line(magic.removeprefix(_MAGIC))
    except BadMagic:
        return None
    return Section(name, normalise(source), before)


def _fits(section: Section, lab: Lab) -> bool:
    return section.name in lab.sections and section.before in (None, *lab.sections) and section.before != section.name
