"""The rows of the student's database as they are now, whatever its tables are called."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from labkit.pictures.live import STYLE
from labkit.pictures.view import Picture, framed
from labkit.text import one_line

SQLITE = "sqlite:///"
MOST = 5
"""How many rows of a table are shown, the last ones."""
WIDTH = 34

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Tables(Picture):
    """Some rows of each table.

    Attributes:
        rows: by table, each row by column.
        counts: how many rows each table has in all.
        problem: why there are none.
    """

    rows: dict[str, Rows]
    counts: dict[str, int]
    problem: str = ""

    def html(self) -> str:
        """Return the tables, one below the other."""
        return framed([self.part()], STYLE)

    def part(self) -> str:
        """Return them without a frame."""
        if self.problem:
            return f'<div class="muted">{escape(self.problem)}</div>'
        return "".join(self._table(name, rows) for name, rows in self.rows.items())

    def _table(self, name: str, rows: Rows) -> str:
        heads = "".join(f"<th>{escape(column)}</th>" for column in (rows[0] if rows else ()))
        cells = ["".join(f"<td>{escape(value)}</td>" for value in row.values()) for row in rows]
        body = "".join(f"<tr>{row}</tr>" for row in (heads, *cells))
        head = f'<b>{escape(name)}</b> <span class="muted">{self._said(name)}</span>'
        return f'<div class="table">{head}<table>{body}</table></div>'

    def _said(self, name: str) -> str:
        count, shown = self.counts[name], len(self.rows[name])
        return f"{count} row{'' if count == 1 else 's'}" + (f", the last {shown}" if shown < count else "")

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        lines = []
        for name, rows in self.rows.items():
            lines.append(f"{name}, {self._said(name)}")
            lines += ["  " + "  ".join(f"{column}={value}" for column, value in row.items()) for row in rows]
        return "\n".join(lines)

    __repr__ = __str__


def read(url: str) -> Tables:
    """Read the database at an address of SQLAlchemy; it is not changed, and need not be there."""
    place = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE):
        return Tables({}, {}, "The rows are shown of a database of SQLite alone.")
    if not place.exists():
        return Tables({}, {}, "There is no database yet: the server makes it when it starts.")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(place))}?mode=ro", uri=True)) as connection:
            return _all(connection)
    except sqlite3.Error as problem:
        return Tables({}, {}, f"The database cannot be read: {problem}")


def _all(connection: sqlite3.Connection) -> Tables:
    connection.row_factory = sqlite3.Row
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [str(row["name"]) for row in connection.execute(listed)]
    rows, counts = {}, {}
    for name in names:
        table = '"' + name.replace('"', '""') + '"'
        last = connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT {MOST}").fetchall()
        rows[name] = [{column: _shown(row[column]) for column in row.keys()} for row in reversed(last)]  # noqa: SIM118
        counts[name] = int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    return Tables(rows, counts)


def _shown(value: Any) -> str:
    return "null" if value is None else one_line(str(value), WIDTH)
