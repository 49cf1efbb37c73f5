"""Reads the list of a class as a learning platform exports it, and finds in it whom a platform's file name means."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.lms.naming import Claim, Key

LARGEST = 10_000_000
"""A larger file is no roster, in bytes."""
MOST = 20_000
"""How many rows it may have."""
_SEPARATORS = ",;\t"
_COLUMNS = {
    "login": ("sisloginid", "username", "loginid", "login"),
    "number": ("studentid", "sisuserid", "idnumber", "orgdefinedid", "sid", "studentnumber"),
    "email": ("email", "emailaddress"),
    "last": ("lastname", "surname"),
    "first": ("firstname", "givenname"),
    "whole": ("student", "fullname", "name"),
    "moodle": ("identifier",),
    "canvas": ("id",),
}
"""What a column is called, in small letters and no others, by what it is."""
_IDENTIFY = ("login", "number", "email", "canvas")
"""What a student is called by in submitted/ and in the gradebook: the first of these that the row has."""
LONGEST = 100
"""How long a student's id may be, in characters."""
BYTES = 200
"""How long the name of a file may be, in bytes."""


class RosterError(ValueError):
    """The roster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Person:
    """Somebody in the roster.

    Attributes:
        id: how the student is called in submitted/ and in the gradebook.
        last: the last name, as far as it is told from the first.
        first: the first name.
        email: the address, where there is one.
        keys: what identifies the student, by kind.
        line: where the student stands in the file.
    """

    id: str
    last: str
    first: str
    email: str
    keys: Mapping[str, str]
    line: int

    @property
    def name(self) -> str:
        """The name, in one line."""
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True)
class Roster:
    """The list of a class, and the table it was read from.

    Attributes:
        path: the file.
        people: the students, in its order.
        header: the table's first row.
        rows: all others, as they are.
        separator: what stands between two cells.
    """

    path: Path
    people: list[Person]
    header: list[str]
    rows: list[list[str]]
    separator: str = ","
    _keys: dict[Key, list[Person]] = field(default_factory=dict, repr=False)
    _names: dict[str, list[Person]] = field(default_factory=dict, repr=False)

    def column(self, kind: str) -> int | None:
        """Return the column that has something; None if none has."""
        return _column(self.header, kind)

    def find(self, claim: Claim) -> list[Person]:
        """Return whom a name of a file can mean: nobody, one, or several of one name."""
        known = [one for kind, value in claim.keys for one in self._keys.get((kind, value.casefold()), [])]
        if known:
            return [*{one.id: one for one in known}.values()]
        for name in _tails(claim.name):
            if found := [one for one in self._names.get(squashed(name), []) if _may_be(one, claim)]:
                return found
        return []

    def called_as(self, ours: Roster) -> Roster:
        """Return the same table, with everybody called as another list of the class calls them.

        A platform's lists differ in their columns, so that the id of one may be unknown to the next. Who shares no
        key with anybody is told by name, if no other has that name on either side.
        """
        claims = [Claim("roster", one.name, "", one.name, tuple(one.keys.items())) for one in self.people]
        meant = [ours.find(claim) for claim in claims]
        sure = Counter(found[0].id for found in meant if len(found) == 1)
        people = [
            replace(one, id=found[0].id) if len(found) == 1 and sure[found[0].id] == 1 else one
            for one, found in zip(self.people, meant, strict=True)
        ]
        return replace(self, people=people)


def read(path: Path) -> Roster:
    """Read a roster.

    Raises:
        RosterError: it cannot be read, or does not tell students apart.
    """
    separator, (header, *rows) = _table(path)
    if not any(_column(header, kind) is not None for kind in _IDENTIFY):
        raise RosterError(
            f"{path}: no column tells students apart. It needs one of SIS Login ID, Username, Student ID, ID number, "
            f"Email address, or ID of Canvas; it has {', '.join(filter(None, header)) or 'none'}. "
            "Export it again with one of them."
        )
    if all(_column(header, kind) is None for kind in ("last", "whole")):
        raise RosterError(
            f"{path}: no column has names. It needs Student, Full name or Last name; "
            f"it has {', '.join(filter(None, header))}. Export it again with names."
        )
    people = [person for line, row in enumerate(rows, 2) if (person := _person(header, row, line))]
    if not people:
        raise RosterError(f"{path}: there is no student in it. Export it from the platform again.")
    _require_unique(path, people)
    keys: dict[Key, list[Person]] = defaultdict(list)
    names: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        for kind, value in person.keys.items():
            keys[kind, value.casefold()].append(person)
        for spoken in {squashed(f"{person.first} {person.last}"), squashed(f"{person.last} {person.first}")} - {""}:
            names[spoken].append(person)
    return Roster(path, people, header, rows, separator, dict(keys), dict(names))


def squashed(name: str) -> str:
    """Return what is left of a name in every platform's spelling: its letters and digits, without case and accents."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LN")


def folder(name: str) -> str:
    """Return a name that a folder can have, and nothing but a folder."""
    text = unicodedata.normalize("NFC", name)
    text = "".join("_" if sign in "/\\:" or unicodedata.category(sign)[0] == "C" else sign for sign in text)
    return shortened(text.strip(" .")[:LONGEST]).strip(" .") or "_"


def shortened(name: str) -> str:
    """Return the end of a name that is too long for a file system, which counts bytes."""
    return name.encode("utf-8", "ignore")[-BYTES:].decode("utf-8", "ignore")


def _table(path: Path) -> tuple[str, list[list[str]]]:
    """Return what stands between two cells, and the rows that are not empty."""
    try:
        if path.stat().st_size > LARGEST:
            raise RosterError(f"{path}: larger than {LARGEST // 1_000_000} MB, so no roster.")
        text = path.read_text(encoding="utf-16" if path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except FileNotFoundError:
        raise RosterError(
            f"{path}: there is no such file. Export the roster from your platform and put it there."
        ) from None
    except (OSError, UnicodeError) as problem:
        raise RosterError(f"{path}: it cannot be read ({problem}). Save it as CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True) if any(row)]
    except csv.Error as problem:
        raise RosterError(f"{path}: it is no table of values with {separator!r} between them ({problem}).") from None
    if not rows:
        raise RosterError(f"{path}: it is empty. Export the roster from your platform again.")
    if len(rows) > MOST:
        raise RosterError(f"{path}: {len(rows):,} rows, so no roster.")
    return separator, rows


def _column(header: list[str], kind: str) -> int | None:
    plain = [re.sub(r"[\W_]", "", name).casefold() for name in header]
    return next((plain.index(name) for name in _COLUMNS[kind] if name in plain), None)


def _person(header: list[str], row: list[str], line: int) -> Person | None:
    """Return who stands in a row; None for one that is no student's, as that of the points possible."""
    cells = {}
    for kind in _COLUMNS:
        place = _column(header, kind)
        cells[kind] = row[place].strip().removeprefix("#") if place is not None and place < len(row) else ""
    identity = next((cells[kind] for kind in _IDENTIFY if cells[kind]), "")
    if not identity:
        return None
    last, first = cells["last"], cells["first"]
    if not (last or first):
        last, first = (part.strip() for part in cells["whole"].partition(",")[::2])
    cells["moodle"] = re.sub(r"\D", "", cells["moodle"])
    keys = {kind: cells[kind] for kind in (*_IDENTIFY, "moodle") if cells[kind]}
    return Person(folder(identity), last, first, cells["email"], keys, line)


def _require_unique(path: Path, people: Iterable[Person]) -> None:
    """Refuse two rows that are one student to a file system that knows no case."""
    seen: dict[str, Person] = {}
    for person in people:
        other = seen.setdefault(person.id.casefold(), person)
        if other is not person:
            raise RosterError(
                f"{path}: rows {other.line} and {person.line} are both {person.id}. Each student needs another id."
            )


def _tails(name: str) -> Iterable[str]:
    """Yield a name, then what is left without the groups that Moodle writes before it: `Group A-Ada Lovelace`."""
    while name:
        yield name
        name = name.partition("-")[2].strip()


def _may_be(person: Person, claim: Claim) -> bool:
    """Whether nothing speaks against it: Canvas has one id for each student, and it would be this one's."""
    return all(kind != "canvas" or person.keys.get(kind, value) == value for kind, value in claim.keys)
