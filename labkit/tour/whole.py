"""The whole thing first: a model that is served by three replicas, a flower to drag, and a replica to kill.

labkit.tour()

The plane and the flower are lab 03's picture, the replicas lab 07's, the API is the one that lab 06 tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labkit.labs.lab03_serving.decision_surface import DecisionSurface, sliders
from labkit.labs.lab07_production.roulette import Roulette, stream
from labkit.labs.lab07_production.server import Production
from labkit.pictures.view import Picture

REPLICAS = 3
WHO = "Which process answers"
LOOK = 1.0
"""For how long requests are sent to see who answers, in seconds."""
PER_SECOND = 40.0
_running: list[Production] = []


def tour() -> Tour:
    """Start three replicas of an API that is finished, or take those that run, and show what they do.

    Raises:
        RuntimeError: this machine is neither Linux nor macOS, so there is no production server.
    """
    if not (_running and _running[0].running):
        replica = Path(__file__).with_name("replica.py")
        _running[:] = [Production(replica, "uvicorn", REPLICAS, (), {}).wait()]
    return Tour(_running[0])


class Tour(Picture):
    """A decision surface, and the replicas that answer for it.

    Attributes:
        surface: the flower, and what is said of it.
        replicas: who has answered which request.
    """

    def __init__(self, server: Production) -> None:
        """Ask for the plane, and look who answers."""
        self.server = server
        self.surface = DecisionSurface(lambda: server.client)
        self.replicas = Roulette(letters=server.letters, title=WHO)
        for _ in stream(self.replicas, server, "/count", LOOK, PER_SECOND):
            pass

    def html(self) -> str:
        """Return both pictures as they are now."""
        return self.surface.html() + self.replicas.html()

    def __str__(self) -> str:
        return f"{self.surface}\n{self.replicas}"

    __repr__ = __str__

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Show it with sliders and buttons where there are widgets, else as it is now."""
        try:
            import ipywidgets  # noqa: F401 (looked for here, used in controls)
        except ImportError:
            return super()._repr_mimebundle_(**options)
        shown = controls(self)._repr_mimebundle_(**options)
        return {**shown, "text/plain": str(self), "text/html": self.html()}


def controls(tour: Tour) -> Any:
    """Return a widget with the sliders of the flower, and a button for each replica that kills it."""
    import ipywidgets as widgets

    picture, buttons = widgets.HTML(tour.replicas.html()), widgets.HBox()

    def kill(pid: int) -> None:
        buttons.children = ()  # until it is seen who takes its place
        tour.replicas = Roulette(letters=tour.server.letters, title=WHO)
        for passed in stream(tour.replicas, tour.server, "/count", 3 * LOOK, PER_SECOND):
            if passed > LOOK and pid in tour.server.workers and not tour.replicas.killed:
                tour.replicas.kill(tour.server, pid)
            picture.value = tour.replicas.html()
        picture.value = tour.replicas.html()
        offer()

    def offer() -> None:
        made = []
        for pid in tour.server.workers:
            letter = tour.server.letters.get(pid, "")
            button = widgets.Button(description=f"Kill {letter or pid}", icon="bolt")
            button.on_click(lambda _, pid=pid: kill(pid))
            made.append(button)
        buttons.children = tuple(made)

    offer()
    return widgets.VBox([sliders(tour.surface), buttons, picture])
