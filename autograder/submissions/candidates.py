"""Chooses a student's notebook among the files of a folder, whatever they are called, and finds those that lie astray.

Browsers, mail programs and learning platforms rename what is handed in, and Jupyter puts copies beside the original.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from autograder.submissions import files
from autograder.submissions.files import Unusable
from labkit.paths import HOME

_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
TIMESTAMP, LATE = "timestamp.txt", "late.txt"
"""What collecting puts beside a submission: when it came, or that the platform calls it late and says no time."""
NOTED = (TIMESTAMP, LATE)
_NOT_THEIRS = {".ipynb_checkpoints", "__MACOSX"}
_DEEPEST = 3
"""How many folders may stand in each other below that of a lab."""
_MANY = 200
"""How many files of a folder are looked at."""


def is_notebook(name: str) -> bool:
    """Whether a file is called as a notebook is, or as mail programs and browsers call one."""
    return _NOTEBOOK.search(name) is not None


def choose(folder: Path, lab: str) -> tuple[Path | None, str]:
    """Return the notebook to judge, and what is to be said about that.

    The one of the right name goes first, unless it is as it was given and another is not. Copies of one notebook are
    one. Where none can be chosen, what was found is named.
    """
    right = folder / f"{lab}.ipynb"
    there = right.exists() or right.is_symlink()
    others = [path for path in _notebooks(folder) if path != right]
    if not others:
        return (right, "") if there else (None, _nothing(folder))
    beside, written = _names(others, folder), _different([path for path in others if not _is_untouched(path, lab)])
    if there and not (_is_untouched(right, lab) and len(written) == 1):
        return right, f"Besides {right.name} there is {beside}; {right.name} was judged."
    if len(written) > 1:
        return None, f"There are {len(written)} notebooks, none called {right.name}: {_names(written, folder)}."
    chosen = (written or others)[0]
    name = _names([chosen], folder)
    if there:
        return chosen, f"{right.name} is as it was given; {name}, which is not, was judged."
    if len(others) > 1:
        return chosen, f"Of {beside} {name} was judged: the others are the same, or as they were given."
    return chosen, f"The notebook is called {name} instead of {right.name}."


def astray(top: Path, labs: Collection[str]) -> Iterator[str]:
    """Yield a line for each notebook under submitted/ that lies in no folder STUDENT/LAB, with what to do."""
    for path in sorted(_walk(top, 6)):
        parts = path.relative_to(top).parts
        if len(parts) > 2 and parts[1] in labs:
            continue
        yield f"submitted/{'/'.join(parts)} was not graded: {_advice(parts, labs)}"


def _advice(parts: tuple[str, ...], labs: Collection[str]) -> str:
    lab = next((lab for part in parts[::-1] for lab in labs if _key(lab) in _key(part)), "LAB")
    if len(parts) > 2 and parts[0] in labs:
        return f"put it at submitted/{parts[1]}/{parts[0]}/{parts[0]}.ipynb, the student's folder first"
    if len(parts) > 1:
        return f"put it at submitted/{parts[0]}/{lab}/{lab}.ipynb"
    return f"put it at submitted/STUDENT/{lab}/{lab}.ipynb, where STUDENT is who handed it in"


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _notebooks(folder: Path) -> list[Path]:
    """The notebooks of a folder; of folders below it where it has none itself."""
    found = sorted(_walk(folder, _DEEPEST))
    return [path for path in found if path.parent == folder] or found


def _walk(top: Path, deepest: int) -> Iterator[Path]:
    for place, folders, names in os.walk(top):
        deep = len(Path(place).relative_to(top).parts)
        folders[:] = [name for name in sorted(folders) if name not in _NOT_THEIRS] if deep < deepest else []
        yield from (Path(place) / name for name in names[:_MANY] if is_notebook(name))


def _nothing(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", *NOTED)))
    return f"There is no notebook, only {', '.join(names[:5])}." if names else "There is no notebook."


def _names(paths: Collection[Path], folder: Path) -> str:
    return ", ".join(path.relative_to(folder).as_posix() for path in paths)


def _different(paths: list[Path]) -> list[Path]:
    """One path for each content; what cannot be read is like nothing else."""
    return list({_sources(path) or str(path): path for path in reversed(paths)}.values())[::-1]


def _is_untouched(path: Path, lab: str) -> bool:
    released = HOME / "notebooks" / f"{lab}.ipynb"
    return released.exists() and _sources(path) == _given(released)


@cache
def _given(released: Path) -> tuple[str, ...] | None:
    return _sources(released)


def _sources(path: Path) -> tuple[str, ...] | None:
    """What stands in the cells of a notebook; none if it is none."""
    try:
        cells = json.loads(files.load(path).decode("utf-8-sig"))["cells"]
        return tuple("".join(cell["source"]).rstrip() for cell in cells)
    except (Unusable, ValueError, KeyError, TypeError, RecursionError):
        return None
