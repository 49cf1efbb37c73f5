"""The hall with its switches: how nginx chooses, who is killed, and requests that are sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from labkit.labs.lab13_scale.hall import WAYS, YOURS, Hall
from labkit.labs.lab13_scale.replica_set import LETTERS
from labkit.pictures.view import Picture


class Switches(Picture):
    """The hall, and what can be done in it; what code may do, `hall.choose("ip_hash")`, is the same.

    Attributes:
        hall: the picture.
    """

    def __init__(self, hall: Hall) -> None:
        """Stand before a hall."""
        self.hall = hall
        self._lock = threading.Lock()

    def html(self) -> str:
        """Return the hall."""
        return self.hall.html()

    def __str__(self) -> str:
        return str(self.hall)

    __repr__ = __str__

    def __getattr__(self, name: str) -> Any:
        """Be the hall for whoever types its methods."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.hall, name)

    @cached_property
    def widget(self) -> Any:
        """The widgets, made when they are first shown."""
        import ipywidgets

        self._shown = ipywidgets.HTML(self.html())
        ways = ipywidgets.ToggleButtons(options=[*WAYS, *YOURS], value=self.hall.way)
        ways.observe(lambda change: self._do(partial(self._choose, change["new"])), "value")
        send = ipywidgets.Button(description="send 36", button_style="primary")
        send.on_click(lambda _: self._do(self.hall.send))
        kills = [ipywidgets.Button(description=f"kill {letter}") for letter in LETTERS]
        for letter, button in zip(LETTERS, kills, strict=True):
            button.on_click(partial(self._killed, letter))
        row = ipywidgets.HBox([send, *kills], layout=ipywidgets.Layout(flex_flow="row wrap"))
        return ipywidgets.VBox([ways, row, self._shown])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        shown = self.widget._repr_mimebundle_(**options)
        return forms | {kind: form for kind, form in shown.items() if "widget-view" in kind}

    def _choose(self, way: str) -> None:
        self.hall.choose(way)
        self.hall.send()

    def _killed(self, letter: str, button: Any) -> None:
        def kill() -> None:
            self.hall.kill(letter)
            button.description = f"{'kill' if self.hall.replicas.living(letter) else 'start'} {letter}"
            self.hall.send()

        self._do(kill)

    def _do(self, work: Callable[[], Any]) -> None:
        """Work in a thread: the kernel has to go on, or nothing would be drawn."""

        def doing() -> None:
            with self._lock:
                work()
                self._shown.value = self.html()

        threading.Thread(target=doing, daemon=True).start()
