"""The console of mission control: five buttons that are five faults, the picture, and the run again, step by step."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from labkit.labs.lab14_capstone.control import PROMISES
from labkit.labs.lab14_capstone.mission import Mission
from labkit.pictures.view import Picture

EVERY = 0.3
"""How many seconds lie between two looks at what has happened."""
LAUNCH, LAND = "launch", "land"
AUDIT = "audit"
BUTTONS = [name for name in PROMISES if name != AUDIT]
PACE = 150
"""How many milliseconds a step lasts when a run is played again."""


class Console(Picture):
    """Mission control with everything that can be pressed; what code may do, `console.bring("cache")`, is the same.

    Attributes:
        mission: the one that flies, or has flown last.
    """

    def __init__(self, make: Callable[[], Mission]) -> None:
        """Show a mission that has not begun; `make` makes a new one of the module as it then is."""
        self.mission, self._make = make(), make

    def html(self) -> str:
        """Return the picture."""
        return self.mission.control.html()

    def __str__(self) -> str:
        return str(self.mission.control)

    __repr__ = __str__

    def launch(self) -> None:
        """Start both replicas, and let clients ask for as long as you like."""
        if not self.mission.flying:
            self.mission = self._make()
            self.mission.launch()

    def bring(self, name: str) -> None:
        """Bring a fault about, by its name."""
        self.mission.bring(name)

    def land(self) -> None:
        """Hold the audit against what the clients were answered, and end both replicas."""
        self.mission.bring(AUDIT)
        self.mission.land()

    @cached_property
    def widget(self) -> Any:
        """The widgets, made when they are first shown."""
        import ipywidgets as widgets

        self._shown = widgets.HTML(self.html())
        self._go = widgets.Button(description=LAUNCH, button_style="primary")
        self._go.on_click(lambda _: self._launch_or_land())
        self._faults = [widgets.Button(description=name, disabled=True) for name in BUTTONS]
        for button in self._faults:
            button.on_click(partial(self._bring, button.description))
        self._play = widgets.Play(interval=PACE, show_repeat=False)
        self._slider = widgets.IntSlider(readout=False, layout=widgets.Layout(width="min(24em, 100%)"))
        widgets.jslink((self._play, "value"), (self._slider, "value"))
        self._slider.observe(lambda change: self._see(change["new"]), "value")
        before, after = (widgets.Button(description=text) for text in ("moment before", "next moment"))
        before.on_click(lambda _: self._jump(-1))
        after.on_click(lambda _: self._jump(1))
        flown = [before, after, self._play, self._slider]
        buttons, self._again = (
            widgets.Box(row, layout=widgets.Layout(flex_flow="row wrap", display=display, align_items="center"))
            for row, display in (([self._go, *self._faults], "flex"), (flown, "none"))
        )
        return widgets.VBox([buttons, self._again, self._shown])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        shown = self.widget._repr_mimebundle_(**options)
        return forms | {kind: form for kind, form in shown.items() if "widget-view" in kind}

    def _launch_or_land(self) -> None:
        self._go.disabled = True
        if self.mission.flying:
            self.land()
            return
        self._again.layout.display = "none"
        self.launch()
        threading.Thread(target=self._follow, args=(self.mission,), daemon=True).start()

    def _bring(self, name: str, _: Any) -> None:
        self.bring(name)
        self._enable(False)

    def _follow(self, mission: Mission) -> None:
        """Draw what happens, until the mission has ended."""
        while mission.flying:
            threading.Event().wait(EVERY)
            self._go.description = LAND
            self._enable(bool(mission.control.record) and not mission.busy)
            self._shown.value = mission.control.html()
        self._enable(False)
        self._go.description, self._go.disabled = LAUNCH, False
        self._slider.max = self._play.max = len(mission.control.record)
        self._slider.value = self._slider.max
        self._again.layout.display = "flex"
        self._shown.value = mission.control.html()

    def _enable(self, yes: bool) -> None:
        for button in [*self._faults, *([self._go] if yes else [])]:
            button.disabled = not yes

    def _see(self, place: int) -> None:
        """Draw the run as it was after so many steps."""
        if not self.mission.flying:
            self.mission.control.place = place
            self._shown.value = self.html()

    def _jump(self, way: int) -> None:
        """Go to where something was done, or has come about."""
        places, now = self.mission.control.record.moments(), self._slider.value
        number = bisect_right(places, now) if way > 0 else bisect_left(places, now) - 1
        if 0 <= number < len(places):
            self._slider.value = places[number]
