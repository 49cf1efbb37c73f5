"""The button that holds a live list still, so that it can be read and clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets


class Pause:
    """A button that is on while a list is held still."""

    def __init__(self, go_on: Callable[[], None]) -> None:
        """Begin with a list that lives; `go_on` is called when it is to live again."""
        self.widget = widgets.ToggleButton(description="hold", icon="pause", tooltip="hold the list still")
        self._go_on = go_on
        self.widget.observe(self._turned, "value")

    @property
    def on(self) -> bool:
        """Whether the list is held still."""
        return bool(self.widget.value)

    @on.setter
    def on(self, on: bool) -> None:
        self.widget.value = on

    def _turned(self, change: Any) -> None:
        self.widget.description, self.widget.icon = ("held", "play") if self.on else ("hold", "pause")
        if not self.on:
            self._go_on()
