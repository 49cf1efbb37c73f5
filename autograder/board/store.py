"""Keeps a class in an SQLite file, so that a board that is started again goes on where it was."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.board.room import Changes, Room, Seat, Standing
from autograder.board.vocabulary import Vocabulary
from labkit.verdict import Outcome

LETTERS, DIGITS = "ACDEFGHJKMNPQRTUVWXY", "2346789"
"""No two of them look or sound alike in the last row."""
GATHER = 0.02
"""How many seconds a commit waits for others that come at the same time."""
_TABLES = """
CREATE TABLE IF NOT EXISTS class (name TEXT, code TEXT, desk TEXT, projector TEXT);
CREATE TABLE IF NOT EXISTS seat (number INTEGER PRIMARY KEY, name TEXT, digest BLOB, kernels TEXT);
CREATE TABLE IF NOT EXISTS standing (
    seat INTEGER, lab TEXT, exercise TEXT, outcome TEXT, failed TEXT, tries INTEGER, hints INTEGER, since REAL, at REAL,
    PRIMARY KEY (seat, lab, exercise)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clock (lab TEXT PRIMARY KEY, began REAL) WITHOUT ROWID;
"""


class Unusable(Exception):
    """A class's file cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Identity:
    """What a class is known by.

    Attributes:
        name: what the instructor calls it.
        code: what students join with.
        desk: the key of the instructor's page.
        projector: the key of the page without names.
    """

    name: str
    code: str
    desk: str
    projector: str


class Store:
    """The file of a class. One board at a time has it."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file, or make it.

        Raises:
            Unusable: it is no class's, it cannot be written, or another board has it.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._database = sqlite3.connect(path, timeout=0.2, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
            self.identity = self._identity(name)
        except (sqlite3.Error, OSError) as problem:
            raise Unusable(_explained(path, problem)) from None

    def _identity(self, name: str) -> Identity:
        row = self._database.execute("SELECT name, code, desk, projector FROM class").fetchone()
        if row is not None:
            return Identity(*row)
        made = Identity(name, _code(), secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        self._database.execute(
            "INSERT INTO class VALUES (?, ?, ?, ?)", (made.name, made.code, made.desk, made.projector)
        )
        return made

    def room(self, words: Vocabulary) -> Room:
        """Return the class as it was; what the course no longer has is passed over."""
        found = self._database.execute("SELECT number, name, digest, kernels FROM seat ORDER BY number")
        seats = {number: Seat(number, name, digest, json.loads(kernels)) for number, name, digest, kernels in found}
        for number, lab, exercise, outcome, *rest in self._database.execute("SELECT * FROM standing ORDER BY at"):
            known = lab in words.labs and any(one.id == exercise for one in words.labs[lab].exercises)
            if known and number in seats:
                seats[number].standings[lab, exercise] = Standing(Outcome(outcome) if outcome else None, *rest)
                seats[number].last = (lab, exercise)
        return Room(words, seats.values(), dict(self._database.execute("SELECT lab, began FROM clock")))

    def write(self, statements: list[tuple[str, list[tuple[object, ...]]]]) -> None:
        """Run statements, each with its rows, in one transaction that is on the disk when this returns."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                self._database.executemany(statement, values)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


class Journal:
    """Writes down what changes in a room: what comes at the same time goes into one transaction."""

    def __init__(self, store: Store, room: Room) -> None:
        """Nothing is written before `kept` is called."""
        self._store, self._room = store, room
        self._lock = asyncio.Lock()
        self._asked = self._written = 0

    async def kept(self) -> None:
        """Return when everything that has happened in the room until now is on the disk.

        Raises:
            sqlite3.Error: it cannot be written; it is tried again with whatever comes next.
        """
        self._asked += 1
        mine = self._asked
        async with self._lock:
            if self._written >= mine:
                return
            await asyncio.sleep(GATHER)
            asked, changes, self._room.changes = self._asked, self._room.changes, Changes()
            try:
                await asyncio.to_thread(self._store.write, list(rows(self._room, changes)))
            except BaseException:
                self._room.changes.add(changes)
                raise
            self._written = asked


def rows(room: Room, changes: Changes) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Yield the statements that write changes down, each with its rows."""
    gone: list[tuple[object, ...]] = [(number,) for number in changes.gone]
    yield "DELETE FROM seat WHERE number = ?", gone
    yield "DELETE FROM standing WHERE seat = ?", gone
    seats = [room.seats[number] for number in changes.seats if number in room.seats]
    kept = [(seat.number, seat.name, seat.digest, json.dumps(seat.kernels)) for seat in seats]
    yield "INSERT OR REPLACE INTO seat VALUES (?, ?, ?, ?)", [*kept]
    standings: list[tuple[object, ...]] = []
    for number, place in changes.standings:
        if number in room.seats:
            one = room.seats[number].standings[place]
            standings.append((number, *place, one.outcome, one.check, one.tries, one.hints, one.since, one.at))
    yield f"INSERT OR REPLACE INTO standing VALUES ({', '.join('?' * 9)})", standings
    yield "INSERT OR REPLACE INTO clock VALUES (?, ?)", [(lab, room.clocks[lab]) for lab in changes.clocks]


def _code() -> str:
    pick = secrets.choice
    return f"{pick(LETTERS)}{pick(DIGITS)}-{pick(DIGITS)}{pick(DIGITS)}{pick(LETTERS)}"


def _explained(path: Path, problem: Exception) -> str:
    if "locked" in str(problem):
        return f"{path} is in use: another board has this class. End that one, or give this class another name."
    if isinstance(problem, sqlite3.DatabaseError) and not isinstance(problem, sqlite3.OperationalError):
        aside = path.with_name(f"{path.stem}-{time.strftime('%Y%m%d')}{path.suffix}")
        return f"{path} is no class's file ({problem}). Move it away, as to {aside.name}, and start again."
    return f"{path} cannot be used: {problem}. Name a file in a folder that you may write to, with --file."
