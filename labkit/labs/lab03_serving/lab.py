"""Lab 03 in a notebook."""

from __future__ import annotations

from labkit.labs.lab03_serving.decision_surface import DecisionSurface
from labkit.labs.lab03_serving.load_counter import Loads
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on serving a model: what the model says can be seen for every flower."""

    def surface(self, across: int = 2, up: int = 3) -> DecisionSurface:
        """Start the server anew, so that its loads are counted, and draw its decision surface.

        Args:
            across: which measurement varies from left to right, from 0 on.
            up: which one from bottom to top.
        """
        self.server.stop()
        loads = Loads()
        self.server.start()
        return DecisionSurface(lambda: self.client, loads, across, up)
