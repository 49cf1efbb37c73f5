"""The student's workbench: write a section, see the live server answer, check it.

import labkit
lab = labkit.open("lab01_hello")

`labkit.doctor()` looks whether the machine has what the labs need, `labkit.tour()` shows what becomes of them in the
end, `labkit.map()` the labs and the progress.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.notebook.coursemap import draw as map  # noqa: A004 (labkit.map is what a student types)
    from labkit.notebook.lab import Lab, open  # noqa: A004
    from labkit.setup.doctor import doctor
    from labkit.tour.whole import tour

__version__ = "0.1.0"

__all__ = ["Lab", "doctor", "map", "open", "tour"]

_FROM = {
    "Lab": ("labkit.notebook.lab", "Lab"),
    "doctor": ("labkit.setup.doctor", "doctor"),
    "map": ("labkit.notebook.coursemap", "draw"),
    "open": ("labkit.notebook.lab", "open"),
    "tour": ("labkit.tour.whole", "tour"),
}


def __getattr__(name: str) -> Any:
    """Import the workbench when it is first asked for: the judge's servers start without it, in half the time."""
    if name in _FROM:
        module, what = _FROM[name]
        return getattr(importlib.import_module(module), what)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
