"""Lab 12 in a notebook."""

from __future__ import annotations

import atexit
import contextlib
import os

from labkit.companions.valkey import NoValkey, Valkey
from labkit.labs.lab12_traffic.controls import Controls
from labkit.labs.lab12_traffic.desk import Desk
from labkit.labs.lab12_traffic.traffic import Traffic
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on traffic: a store beside its module, and a desk that all of it passes.

    Attributes:
        store: a real Valkey; it does not run where there is none for the platform.
    """

    def __init__(self, name: str) -> None:
        """Open the lab, and start its store."""
        self.store = Valkey(network=True)
        with contextlib.suppress(NoValkey):
            self.store.start()
            atexit.register(self.store.stop)
            os.environ["CACHE_URL"] = self.store.url
        super().__init__(name)

    def desk(self, seconds: float | None = None) -> Desk | Controls:
        """Run two processes of the module beside the store, let two clients ask, and draw who gets what from where.

        Args:
            seconds: for how long; without it, there are sliders and buttons, and traffic begins with the first of them.
        """
        self.refresh()
        if seconds is None:
            return Controls(self._traffic)
        traffic = self._traffic()
        with traffic.desk.live():
            traffic.run(seconds)
        return traffic.desk

    def _traffic(self) -> Traffic:
        self.refresh()
        return Traffic(self.module, self.store)
