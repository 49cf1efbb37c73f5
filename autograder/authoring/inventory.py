"""Holds the files in the places of the labs against the labs there are: what is missing, and what nobody expects there.

A folder of a misspelt name is the mistake that no other check can find: what lies in it proves nothing, in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path, PurePosixPath

from autograder.authoring.corpus import KINDS
from autograder.authoring.notebooks import Author
from labkit import course
from labkit.course import Lab

STEM = "labNN_slug"
"""Stands for a lab's name, as in CONTRIBUTING.md."""
PLACES = (
    "course",
    "solutions",
    "notebooks",
    "autograder/checks",
    "autograder/hidden",
    "labkit/labs",
    "tests/lab[0-9]*",
)
"""Where the files of labs lie."""
SHARED = ("course/course.toml", "course/00_*.md", "labkit/labs/__init__.py")
"""The files in these places that belong to no lab."""
CHECKS = ("autograder/checks/labNN_slug.py", "autograder/hidden/labNN_slug.py")
"""The files that a lab must have, besides those that the build reads and so misses by itself."""
SAMPLES = tuple(f"tests/labNN_slug/{kind}" for kind in KINDS)
FILES = (
    *CHECKS,
    "course/labNN_slug.toml",
    "course/labNN_slug.md",
    "solutions/labNN_slug.py",
    "notebooks/labNN_slug.ipynb",
    "autograder/hidden/labNN_slug/*.py",
    "labkit/labs/labNN_slug/*.py",
    "labkit/labs/labNN_slug/*.css",
    "labkit/labs/labNN_slug/*.js",
    "tests/labNN_slug/test_*.py",
    *(f"{folder}/*.py" for folder in SAMPLES),
)
"""The files that a lab may have."""

Expected = dict[PurePosixPath, set[str]]
"""The names that are expected in each folder; they may have wildcards, those of folders end in a slash."""


def problems(top: Path) -> list[str]:
    """Say what is missing and what is unexpected in the places of the labs, one line each, with what to do.

    Raises:
        CourseError: the course or a lab's table cannot be read.
    """
    author = Author(top)
    labs = course.read(author.course).labs
    pages = [f"notebooks/{page.stem}.ipynb" for page in author.pages()]
    expected = _expected([*SHARED, *pages, *(path for lab in labs for path in _files(lab))])
    needed = [path.replace(STEM, lab.id) for path in CHECKS for lab in labs]
    missing = [f"{path} is missing: write its checks" for path in needed if not (top / path).exists()]
    unexpected = [file for file in written(top) if not _is_expected(file, expected)]
    strays = dict.fromkeys(_highest(file, expected) for file in unexpected)
    return missing + [_advice(stray, expected, labs) for stray in strays]


def written(top: Path) -> list[PurePosixPath]:
    """Return all files in the places of the labs, but for those that Git passes over."""
    found = sorted(path for place in PLACES for path in top.glob(f"{place}/**/*") if path.is_file())
    ignored = _ignored(top)
    return [file for path in found if not ignored(file := PurePosixPath(path.relative_to(top).as_posix()))]


def _files(lab: Lab) -> Iterator[str]:
    beside = [f"solutions/{STEM}/{file}" for file in lab.files.values()]
    beside += [f"{folder}/*.{file}" for folder in SAMPLES for file in lab.files.values()]
    yield from (path.replace(STEM, lab.id) for path in (*FILES, *beside))


def _expected(paths: list[str]) -> Expected:
    found: Expected = {}
    for path in map(PurePosixPath, paths):
        found.setdefault(path.parent, set()).add(path.name)
        for folder, above in pairwise(path.parents):
            found.setdefault(above, set()).add(f"{folder.name}/")
    return found


def _is_expected(file: PurePosixPath, expected: Expected) -> bool:
    return any(fnmatchcase(file.name, name) for name in expected.get(file.parent, ()))


def _highest(file: PurePosixPath, expected: Expected) -> PurePosixPath:
    """Return the highest folder around a file in which nothing is expected, or the file itself."""
    return next((folder for folder in reversed(file.parents) if folder not in expected), file)


def _advice(stray: PurePosixPath, expected: Expected, labs: list[Lab]) -> str:
    if stray.name.startswith("lab") and not any(lab.id in stray.name for lab in labs):
        return f"{stray} belongs to no lab of course.toml: remove it or add its lab"
    names = expected[stray.parent]
    for lab in labs:
        names = {name.replace(lab.id, STEM) for name in names}
    return f"{stray} is read by nobody: remove it, or give it its right name; beside it are {', '.join(sorted(names))}"


def _ignored(top: Path) -> Callable[[PurePosixPath], bool]:
    """Return whether Git passes a file over, by the patterns of .gitignore alone: there may be no Git."""
    lines = (top / ".gitignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith(("#", "!"))]

    def ignored(file: PurePosixPath) -> bool:
        rooted = "/" / file
        return any(place.match(pattern) for place in (rooted, *rooted.parents) for pattern in patterns)

    return ignored
