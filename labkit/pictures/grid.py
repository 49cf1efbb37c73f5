"""Status grid: inputs in rows, what is asked of them in columns; each cell says what was expected and what came back.

    grid = StatusGrid("Fault injector")
    grid.add("unknown id", "GET", 404, lambda: lab.client.get("/models/nine"))
    grid.add("unknown id", "DELETE", 405, lambda: lab.client.delete("/models/nine"))
    grid.fire()

`fire` fires one cell after the other, or all at once, and draws each as it comes back. A cell without a function is
filled in with `cell.got = 404`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

from labkit.pictures.live import LivePicture, Tone, drawn
from labkit.text import one_line

SNIPPET = 300
"""How many characters of an answer are kept."""


@dataclass
class Cell:
    """One input, one question.

    Attributes:
        expected: what should come back, such as a status, or a list of what may.
        fire: asks; returns an answer with `status_code`, or what came back itself.
        got: what came back; None before it was fired.
        note: more about it, such as the answer's body.
        under_way: whether it was fired and has not come back.
    """

    expected: Any
    fire: Callable[[], Any] | None = None
    got: Any = None
    note: str = ""
    under_way: bool = False

    @property
    def tone(self) -> Tone:
        """As expected, otherwise, under way, or not fired yet."""
        if self.under_way:
            return Tone.WAIT
        if self.got is None:
            return Tone.OFF
        return Tone.GOOD if self.got in self._accepted else Tone.BAD

    @property
    def wanted(self) -> str:
        """What should come back, in words."""
        return " or ".join(map(str, self._accepted))

    @property
    def _accepted(self) -> list[Any]:
        return list(self.expected) if isinstance(self.expected, list | tuple | set | range) else [self.expected]

    def send(self) -> None:
        """Fire it, and keep what came back; what is raised is kept as well."""
        if self.fire is None:
            return
        self.under_way = True
        try:
            answer = self.fire()
            self.got = getattr(answer, "status_code", answer)
            self.note = one_line(str(getattr(answer, "text", "")), SNIPPET)
        except Exception as problem:  # noqa: BLE001 (the picture shows it, whatever it is)
            self.got, self.note = type(problem).__name__, str(problem)[:SNIPPET]
        finally:
            self.under_way = False


@dataclass(repr=False)
class StatusGrid(LivePicture):
    """Cells in rows and columns, in the order in which they were added.

    Attributes:
        title: what stands above.
        cells: each cell, by its row and its column.
    """

    title: str = "What came back"
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def add(self, row: str, column: str, expected: Any, fire: Callable[[], Any] | None = None) -> Cell:
        """Add a cell, and return it."""
        self.cells[row, column] = cell = Cell(expected, fire)
        return cell

    def __getitem__(self, place: tuple[str, str]) -> Cell:
        return self.cells[place]

    @property
    def rows(self) -> list[str]:
        """The names of the rows."""
        return list(dict.fromkeys(row for row, _ in list(self.cells)))

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(dict.fromkeys(column for _, column in list(self.cells)))

    def count(self, tone: Tone | str) -> int:
        """How many cells came to this."""
        return sum(cell.tone == tone for cell in list(self.cells.values()))

    def fire(self, at_once: int = 1) -> Self:
        """Fire every cell and draw what comes back, live.

        Args:
            at_once: how many to fire at the same time.
        """
        with self.live(), ThreadPoolExecutor(at_once) as pool:
            for cell in self.cells.values():
                cell.got = None
            list(pool.map(Cell.send, self.cells.values()))
        return self

    def html(self) -> str:
        """Return a table with a coloured cell for each question."""
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        rows = "".join(
            f"<tr><th>{escape(row)}</th>{''.join(self._cell(row, column) for column in self.columns)}</tr>"
            for row in self.rows
        )
        table = f'<table class="status-grid"><tr><th></th>{head}</tr>{rows}</table>'
        return drawn(self.title, self._total(), [table])

    def __str__(self) -> str:
        lines = [f"{self.title}: {self._total()}"]
        longest = max(map(len, self.rows), default=0)
        for row in self.rows:
            cells = [
                f"{column} {_said(self.cells[row, column])}" for column in self.columns if (row, column) in self.cells
            ]
            lines.append(f"  {row:<{longest}}  {'; '.join(cells)}")
        return "\n".join(lines)

    def _total(self) -> str:
        return f"{self.count(Tone.GOOD)} of {len(self.cells)} as expected"

    def _cell(self, row: str, column: str) -> str:
        cell = self.cells.get((row, column))
        if cell is None:
            return "<td></td>"
        got = "" if cell.under_way or cell.got is None else escape(str(cell.got))
        expected = f"expected {escape(cell.wanted)}"
        return (
            f'<td class="{cell.tone}" data-tone="{cell.tone}" title="{escape(cell.note)}">'
            f"<b>{cell.tone.sign} {got}</b><small>{'as ' if cell.tone == Tone.GOOD else ''}{expected}</small></td>"
        )


def _said(cell: Cell) -> str:
    """Say what a cell came to."""
    if cell.tone == Tone.GOOD:
        return f"{cell.tone.sign} {cell.got}"
    if cell.tone == Tone.BAD:
        return f"{cell.tone.sign} {cell.got}, expected {cell.wanted}"
    return f"{cell.tone.sign} {'under way' if cell.under_way else 'not fired'}, expected {cell.wanted}"
