"""The picture kit: what a lab draws from the student's own running code, also when that code is wrong.

| Picture | What it shows |
| --- | --- |
| `XRay` | one request through its five steps; `lab.xray` takes it |
| `Gantt` | several requests at the same time; `lab.together` sends them |
| `Chart` | numbers as lines or bars |
| `StatusGrid` | inputs, what was expected of each, what came back |
| `CardBoard` | named things that turn from open to done or failed |
| `StateTimeline` | states of several things over time |

A picture is data. It is shown by being the last line of a cell; it is watched with `live`:

    from labkit.pictures import CardBoard

    board = CardBoard("Rockets")
    for name in ("Ariane", "Vega"):
        board.add(name)
    with board.live():
        board["Vega"].turn("wait", "counting down")
        board["Vega"].turn("good", "in orbit")
        board["Ariane"].turn("bad", "on the ground")

Every picture has a plain-text form, `str(board)`. What a part of it means is a tone: good, bad, wait, off or odd. Each
tone has a sign and a colour that people who see fewer colours can tell apart, also in the dark theme.
"""

from labkit.pictures.cards import Card, CardBoard
from labkit.pictures.chart import Chart
from labkit.pictures.gantt import Bar, Gantt
from labkit.pictures.grid import Cell, StatusGrid
from labkit.pictures.live import LivePicture, Tone
from labkit.pictures.timeline import Span, StateTimeline
from labkit.pictures.xray import Step, XRay

__all__ = [
    "Bar",
    "Card",
    "CardBoard",
    "Cell",
    "Chart",
    "Gantt",
    "LivePicture",
    "Span",
    "StateTimeline",
    "StatusGrid",
    "Step",
    "Tone",
    "XRay",
]
