"""Lab 04 in a notebook."""

from __future__ import annotations

from contextlib import closing

from labkit.checks.servers import Servers
from labkit.labs.lab04_errors import fault_injector
from labkit.notebook import judging, lab
from labkit.pictures.grid import StatusGrid


class Lab(lab.Lab):
    """The lab on errors: its faults can be injected."""

    def inject(self) -> StatusGrid:
        """Fire faults at the module, and draw for each what should come back and what does."""
        self.refresh()
        with closing(Servers(self.module, judging.LOCK)) as start:
            return fault_injector.grid(self.api, start).fire()
