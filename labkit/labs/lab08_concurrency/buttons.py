"""Buttons that send requests to the live server, and the heartbeat of its loop below them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from labkit.labs.lab08_concurrency.heartbeat import Heartbeat
from labkit.pictures.live import EVERY
from labkit.pictures.view import Picture

SENDS: dict[str, list[Any]] = {
    "3 fingerprints": [("POST", "/fingerprint", {"text": text}) for text in ("red", "green", "blue")],
    "a report": ["/report?names=age&names=height&names=nobody&names=weight"],
    "9 texts": [("POST", "/generate", {"prompt": f"Chapter {number}"}) for number in range(1, 10)],
    "a prediction": [("POST", "/predictions", {"features": [1, 2, 3, 4]}), "/ping"],
}
"""What each button sends, at the same time."""


class Buttons(Picture):
    """A button for each set of requests, and the last heartbeat.

    Attributes:
        picture: the last heartbeat.
    """

    def __init__(self, watch: Callable[[list[Any], Heartbeat], None]) -> None:
        """Send by this function, which draws into a picture."""
        self.picture = Heartbeat("Heartbeat: press a button")
        self._watch = watch

    def html(self) -> str:
        """Return the last heartbeat."""
        return self.picture.html()

    def __str__(self) -> str:
        return str(self.picture)

    __repr__ = __str__

    def press(self, name: str) -> None:
        """Send what a button sends, and wait for the answers."""
        self.picture = Heartbeat(f"Heartbeat of {name}")
        self._watch(SENDS[name], self.picture)

    @cached_property
    def widget(self) -> Any:
        """The widgets, made when they are first shown."""
        import ipywidgets

        self._shown = ipywidgets.HTML(self.html())
        buttons = [ipywidgets.Button(description=name) for name in SENDS]
        for button in buttons:
            button.on_click(partial(self._clicked, buttons))
        row = ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        return ipywidgets.VBox([row, self._shown])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        shown = self.widget._repr_mimebundle_(**options)
        return forms | {kind: form for kind, form in shown.items() if "widget-view" in kind}

    def _clicked(self, buttons: list[Any], button: Any) -> None:
        """Send, in a thread: the kernel has to go on, or nothing would be drawn."""
        for one in buttons:
            one.disabled = True
        threading.Thread(target=self._follow, args=(buttons, button.description), daemon=True).start()

    def _follow(self, buttons: list[Any], name: str) -> None:
        sending = threading.Thread(target=self.press, args=(name,), daemon=True)
        sending.start()
        while sending.is_alive():
            sending.join(EVERY)
            self._shown.value = self.html()
        for one in buttons:
            one.disabled = False
