"""Sliders and buttons of the traffic desk, with the picture below them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from labkit.labs.lab12_traffic.traffic import Knobs, Traffic
from labkit.pictures.view import Picture

EVERY = 0.25
"""How many seconds lie between two looks at the desk."""
LONGEST = 120.0
"""How long traffic flows at most when it was started, in seconds."""
FLOW = "let traffic flow"
SLIDERS = {
    "ada": ("ada asks a second", 0.0, 20.0, 1.0),
    "bob": ("bob asks a second", 0.0, 20.0, 1.0),
    "repeated": ("old questions", 0.0, 1.0, 0.05),
    "shift": ("petals longer by, cm", 0.0, 3.0, 0.25),
}


class Controls(Picture):
    """The desk with everything that can be turned.

    Attributes:
        traffic: what flows, or has flowed last.
    """

    def __init__(self, make: Callable[[], Traffic]) -> None:
        """Show a desk that nothing has happened at; `make` makes new traffic."""
        self.traffic, self._make = make(), make
        self._knobs = Knobs()

    def html(self) -> str:
        """Return the desk."""
        return self.traffic.desk.html()

    def __str__(self) -> str:
        return str(self.traffic.desk)

    __repr__ = __str__

    @cached_property
    def widget(self) -> Any:
        """The widgets, made when they are first shown."""
        import ipywidgets as widgets

        self._shown = widgets.HTML(self.html())
        wide, slim = {"description_width": "11em"}, widgets.Layout(width="min(26em, 100%)")
        sliders = []
        for name, (said, low, high, step) in SLIDERS.items():
            value = getattr(self._knobs, name)
            slider = widgets.FloatSlider(value, min=low, max=high, step=step, description=said, style=wide, layout=slim)
            slider.observe(lambda change, name=name: self._turn(name, change["new"]), "value")
            sliders.append(slider)
        self._go = widgets.Button(description=FLOW, icon="play")
        self._frost = widgets.ToggleButton(description="freeze the store", disabled=True)
        self._again = widgets.Button(description="restart process 2", disabled=True)
        self._go.on_click(lambda _: self._start_or_stop())
        self._frost.observe(lambda change: self.traffic.freeze(change["new"]), "value")
        self._again.on_click(lambda _: self._in_background(lambda: self.traffic.restart(1)))
        row = widgets.Layout(flex_flow="row wrap", display="flex")
        return widgets.VBox(
            [
                widgets.Box(sliders, layout=row),
                widgets.Box([self._go, self._frost, self._again], layout=row),
                self._shown,
            ]
        )

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        shown = self.widget._repr_mimebundle_(**options)
        return forms | {kind: form for kind, form in shown.items() if "widget-view" in kind}

    def _turn(self, name: str, value: float) -> None:
        setattr(self._knobs, name, value)

    def _start_or_stop(self) -> None:
        if self._go.description == "stop":
            self.traffic.over.set()
            return
        self.traffic = self._make()
        self.traffic.knobs = self._knobs
        self._go.description, self._go.icon = "stop", "stop"
        self._frost.disabled = self._again.disabled = False
        self._in_background(self._follow)

    def _follow(self) -> None:
        """Let traffic flow, and draw the desk whenever it looks different."""
        flowing = threading.Thread(target=self.traffic.run, args=(LONGEST,), daemon=True)
        flowing.start()
        while flowing.is_alive():
            flowing.join(EVERY)
            self._shown.value = self.html()
        self._go.description, self._go.icon = FLOW, "play"
        self._frost.value, self._frost.disabled, self._again.disabled = False, True, True

    def _in_background(self, work: Callable[[], None]) -> None:
        """Do something in a thread: the kernel has to go on, or nothing would be drawn."""
        threading.Thread(target=work, daemon=True).start()
