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
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any, Protocol, Self

from labkit.view import Picture, framed

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


class _Handle(Protocol):
    """What IPython gives to change what it has shown."""

    def update(self, shown: Any) -> None: ...


class LivePicture(Picture):
    """A picture whose data may change while it is shown."""

    @contextlib.contextmanager
    def live(self, every: float = EVERY) -> Iterator[Self]:
        """Show the picture, and draw it again whenever it has changed, until the block ends.

        Args:
            every: how many seconds lie between two looks at its data.
        """
        handle, ended = _show(self), threading.Event()
        if handle is None:
            try:
                yield self
            finally:
                print(self)
            return
        watcher = threading.Thread(
            target=_follow, args=(self, handle, ended, every), name="labkit-picture", daemon=True
        )
        watcher.start()
        try:
            yield self
        finally:
            ended.set()
            watcher.join()
            handle.update(self)

    def __repr__(self) -> str:
        return str(self)


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


def _show(picture: Picture) -> _Handle | None:
    """Show a picture so that it can be changed, where that is possible."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    handle: _Handle = display(picture, display_id=True)  # type: ignore[no-untyped-call]
    return handle


def _follow(picture: Picture, handle: _Handle, ended: threading.Event, every: float) -> None:
    before = ""
    while not ended.wait(every):
        if (now := picture.html()) != before:
            handle.update(picture)
            before = now
