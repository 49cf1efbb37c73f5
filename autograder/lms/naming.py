"""What a learning platform's names of files say: whose they are, which attempt it is, when it came.

Canvas       lovelaceada_LATE_12346_678902_lab01_hello-1.ipynb
Moodle       Ada Lovelace_123457_assignsubmission_file_/lab01_hello.ipynb, or all of it in one name
Blackboard   Lab 1_ada_attempt_2026-03-01-18-30-00_lab01_hello.ipynb
Brightspace  1527-3517 - Ada Lovelace - Mar 1, 2026 630 PM/lab01_hello.ipynb
Gradescope   submission_4711/lab01_hello.ipynb, and submission_metadata.yml
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

LONGEST = 1000
"""Longer paths are read by nobody, in characters."""
Key = tuple[str, str]
"""A kind of identifier, and one of that kind."""


@dataclass(frozen=True)
class Claim:
    """What a name says about a file.

    Attributes:
        platform: who has made the name.
        label: what the platform calls the student.
        file: what the student calls the file.
        name: the student's name, where the platform says it.
        keys: what may identify the student.
        handed_in: when it came, in the platform's own time unless it names a zone; None where nothing says it.
        late: whether the platform says that it came late.
        prefixed: what the student's login ends, where nothing says how it begins.
    """

    platform: str
    label: str
    file: str
    name: str = ""
    keys: tuple[Key, ...] = ()
    handed_in: datetime | None = None
    late: bool = False
    prefixed: str = ""

    @property
    def at(self) -> str:
        """What tells the student from another of the same name."""
        return self.keys[0][1] if self.keys else self.label


_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
_BLACKBOARD = re.compile(r"(?P<who>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<note>\.txt))")
_BRIGHTSPACE = re.compile(
    r"(?:(?P<id>\d+)-\d+ - )?(?P<name>.+?) - (?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2}), (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2}):?(?P<minute>\d\d) ?(?P<half>[AP]M)?(?: - (?P<file>.+))?"
)
_CANVAS = re.compile(
    r"(?P<name>[^_].*?)(?P<late>_LATE)?_(?P<id>\d+)_(?:\d+_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<id>anon_[A-Za-z0-9]+)_(?:\d+_(?P<file>.+)|(?P<text>(?:text|link)\.html))")
_COPY = re.compile(r"(?:-\d+| \(\d+\))(?=\.\w+$)")


def read(path: PurePosixPath) -> Claim | None:
    """Return what the path of a file says; None where no platform makes such paths."""
    if len(str(path)) > LONGEST:
        return None
    return _moodle(path) or _blackboard(path) or _brightspace(path) or _canvas(path)


def without_copy(name: str) -> str:
    """Return a file's name without the `-1` or ` (1)` that a platform or a browser has put to it."""
    return _COPY.sub("", name)


def _parts(path: PurePosixPath) -> Iterator[tuple[str, str]]:
    """Yield each part of a path with what stands below it."""
    for number, part in enumerate(path.parts):
        yield part, "/".join(path.parts[number + 1 :])


def _moodle(path: PurePosixPath) -> Claim | None:
    for part, below in _parts(path):
        if match := _MOODLE.fullmatch(part):
            file = below or match["file"] or part
            return Claim("Moodle", match["name"], file, match["name"], (("moodle", match["id"]),))
    return None


def _blackboard(path: PurePosixPath) -> Claim | None:
    match = _BLACKBOARD.fullmatch(path.name)
    if not match:
        return None
    words = match["who"].split("_")  # the assignment's name, then the student's, and both may have underscores
    logins = ["_".join(words[start:]) for start in range(len(words) - 1, 0, -1)] or words
    handed_in = _time(match["time"], "%Y-%m-%d-%H-%M-%S")
    return Claim(
        "Blackboard",
        logins[0],
        match["file"] or "submission.txt",
        keys=tuple(("login", login) for login in logins),
        handed_in=handed_in,
        prefixed=match["who"],
    )


def _brightspace(path: PurePosixPath) -> Claim | None:
    for part, below in _parts(path):
        if match := _BRIGHTSPACE.fullmatch(part):
            day = f"{match['month']} {match['day']} {match['year']} {match['hour']}:{match['minute']}"
            half = match["half"]
            handed_in = _time(f"{day} {half}" if half else day, "%b %d %Y %I:%M %p" if half else "%b %d %Y %H:%M")
            keys = (("brightspace", match["id"]),) if match["id"] else ()
            return Claim("Brightspace", match["name"], below or match["file"] or part, match["name"], keys, handed_in)
    return None


def _canvas(path: PurePosixPath) -> Claim | None:
    if match := _ANONYMOUS.fullmatch(path.name):
        file = match["file"] or match["text"]
        return Claim("Canvas", match["id"], file, keys=(("anonymous", match["id"]),), late=bool(match["late"]))
    if match := _CANVAS.fullmatch(path.name):
        file, late = match["file"] or match["text"], bool(match["late"])
        label = f"{match['name']}-{match['id']}"
        return Claim("Canvas", label, file, match["name"], (("canvas", match["id"]),), late=late)
    return None


def _time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
