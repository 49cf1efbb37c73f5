"""Lays the skeleton of a new lab: one exercise that works and shows every form, for its author to change.

The files in skeleton/ lie there as they will lie in the repository. Each says in lines marked SKELETON what is to be
written in their place, and `make verify` repeats these lines until none is left.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.authoring import inventory
from autograder.authoring.author import Author
from autograder.authoring.inventory import STEM
from labkit.course import CourseError, LabName

FOLDER = Path(__file__).with_name("skeleton")
MARK = "SKELETON: "
_LABS = re.compile(r'^labs = \[\n(?:    ".*",\n)*(?=\]$)', re.MULTILINE)


def lay(top: Path, lab: str, title: str) -> list[Path]:
    """Write the files of a new lab and put it last in course.toml; return their paths below `top`.

    Raises:
        CourseError: the name or the title is none, or something is in the way; then nothing was written.
    """
    _require(lab, title)
    files = {
        _place(path, lab): path.read_text(encoding="utf-8").replace(STEM, lab).replace("TITLE", title)
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    order = Author(top).course
    listed = _with(order.read_text(encoding="utf-8"), lab)
    in_the_way = [str(path) for path in files if (top / path).exists()]
    if in_the_way:
        raise CourseError(f"Nothing was written, for there is already {', '.join(in_the_way)}.")
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text, encoding="utf-8")
    order.write_text(listed, encoding="utf-8")
    return [*files, order.relative_to(top)]


def unwritten(top: Path) -> Iterator[str]:
    """Say what of a skeleton is still to be written, one line each."""
    for path in inventory.written(top):
        text = (top / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if MARK in line:
                yield f"{path}:{number} is still the skeleton's: {line.partition(MARK)[2]}"


def _require(lab: str, title: str) -> None:
    try:
        TypeAdapter(LabName).validate_python(lab)
    except ValidationError:
        raise CourseError(f"{lab!r} is no name for a lab: two digits and a word, as in lab15_graphs") from None
    if not title.strip() or not title.isprintable() or set(title) & {'"', "\\"}:
        raise CourseError(f"{title!r} is no title for a lab: one line without quotation marks, as in Concurrency")


def _place(path: Path, lab: str) -> Path:
    return Path(str(path.relative_to(FOLDER)).replace(STEM, lab))


def _with(order: str, lab: str) -> str:
    """Return course.toml with a lab added after its last one."""
    if lab in tomllib.loads(order).get("labs", []):
        raise CourseError(f"Nothing was written, for course/course.toml has {lab} already.")
    added, count = _LABS.subn(lambda labs: f'{labs[0]}    "{lab}",\n', order)
    if not count:
        raise CourseError(
            'course/course.toml: write its labs one a line, as in `    "lab01_hello",`, for one to be added'
        )
    return added
