"""What every picture has in common: two forms, data that may change, and a way to be watched while it does.

A live picture is an ordinary object. Code changes its data, from any thread; while it is shown live it is drawn again
whenever it looks different:

    board = CardBoard("Build")
    board.add("lint")
    with board.live():
        board["lint"].turn("good", "passed in 3 s")

In a notebook the picture stands in one place and changes there, and what it came to stays in the saved notebook. In a
terminal, and wherever nothing can be redrawn, its text form is printed once, at the end.
"""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any, Self

from labkit.pictures.view import Picture, framed

STYLE = Path(__file__).with_name("pictures.css").read_text(encoding="utf-8")
EVERY = 0.2
"""How many seconds lie between two looks at a live picture's data, unless it is said otherwise."""


class Tone(StrEnum):
    """What a part of a picture means. Each has a sign and a colour; the words come with the data.

    A string of the same name does as well: `"good"` for `Tone.GOOD`.
    """

    GOOD = "good"
    BAD = "bad"
    WAIT = "wait"
    OFF = "off"
    ODD = "odd"

    @property
    def sign(self) -> str:
        """The sign that stands for it where there is no colour."""
        return {"good": "✓", "bad": "✗", "wait": "…", "off": "○", "odd": "!"}[self]


class LivePicture(Picture):
    """A picture whose data may change while it is shown."""

    _shown_by: int | None = None
    """The cell that has shown it live."""

    @contextlib.contextmanager
    def live(self, every: float = EVERY) -> Iterator[Self]:
        """Show the picture, and draw it again whenever it has changed, until the block ends.

        Args:
            every: how many seconds lie between two looks at its data.
        """
        screen = Screen.there_is()
        if screen is None:
            try:
                yield self
            finally:
                print(self)
            return
        self._shown_by = screen.cell
        screen.show(self)
        ended = threading.Event()
        following = threading.Thread(target=_follow, args=(self, screen, ended, every), name="labkit-picture")
        following.daemon = True
        following.start()
        try:
            yield self
        finally:
            ended.set()
            following.join()
            screen.show(self)

    def _ipython_display_(self) -> None:
        """Show nothing where a cell ends with a picture that it has shown live: it stands there already."""
        screen = Screen.there_is()
        if screen is None or self._shown_by is None or self._shown_by != screen.cell:
            raise NotImplementedError  # IPython's way to go on with the usual forms

    def __repr__(self) -> str:
        return str(self)


class Screen:
    """A place below a cell in which one picture takes the place of another."""

    def __init__(self, shell: Any) -> None:
        """Take a place below the cell that runs in this shell."""
        self.cell: int = shell.execution_count
        self._id: str | None = None

    @classmethod
    def there_is(cls) -> Screen | None:
        """Return a new place, or None where there is no notebook."""
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        return cls(shell) if shell is not None and hasattr(shell, "kernel") else None

    def show(self, picture: Picture) -> None:
        """Show a picture, in place of what was shown before."""
        self.put(picture._repr_mimebundle_())

    def put(self, forms: dict[str, str]) -> None:
        """Show something by its forms, in place of what was shown before."""
        from IPython.display import publish_display_data

        update, self._id = self._id is not None, self._id or uuid.uuid4().hex
        publish_display_data(forms, transient={"display_id": self._id}, update=update)  # type: ignore[no-untyped-call]


def drawn(title: str, note: str, parts: list[str]) -> str:
    """Return the HTML form of a picture: its title, a note at the right, and its parts."""
    head = f'<div class="head"><b>{escape(title)}</b><span class="end muted">{escape(note)}</span></div>'
    return framed([head, *parts], STYLE)


def lanes(
    rows: Sequence[tuple[str, str, str]],
    marks: Iterable[tuple[float, str]],
    across: str,
    text: str,
    look: str = "",
) -> str:
    """Return lanes over one axis.

    Args:
        rows: for each lane its name, its track and what stands at its end, as HTML.
        marks: where on the axis, in percent, stands what.
        across: what is drawn across all lanes, as HTML.
        text: what a screen reader says.
        look: further classes.
    """
    cells = [f'<div class="across" style="grid-row: 1 / {len(rows) + 1}">{across}</div>']
    for number, row in enumerate(rows, 1):
        parts = zip(("lane-name", "track-cell", "lane-end"), row, strict=True)
        cells += [f'<div class="{name}" style="grid-row: {number}">{part}</div>' for name, part in parts]
    axis = "".join(f'<i style="left: {at:.2f}%">{label}</i>' for at, label in marks)
    cells.append(f'<div class="axis" style="grid-row: {len(rows) + 1}">{axis}</div>')
    return f'<div class="lanes {look}" role="img" aria-label="{escape(text)}">{"".join(cells)}</div>'


def _follow(picture: Picture, screen: Screen, ended: threading.Event, every: float) -> None:
    before = picture.html()
    while not ended.wait(every):
        if (now := picture.html()) != before:
            screen.show(picture)
            before = now
