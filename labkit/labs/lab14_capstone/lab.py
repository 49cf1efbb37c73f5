"""Lab 14 in a notebook."""

from __future__ import annotations

import atexit
import contextlib
import os

from labkit.checks.servers import Servers
from labkit.companions.valkey import NoValkey, Valkey
from labkit.labs.lab14_capstone import mission, shelf
from labkit.notebook import judging, lab
from labkit.pictures.cards import CardBoard


class Lab(lab.Lab):
    """The capstone: a whole service, a store of models, and a cache.

    Attributes:
        store: a real Valkey; it does not run where there is none for the platform.
    """

    def __init__(self, name: str) -> None:
        """Open the lab, lay out the store of models, and start the cache."""
        shelf.laid_out()
        self.store = Valkey(network=True)
        with contextlib.suppress(NoValkey):
            self.store.start()
            atexit.register(self.store.stop)
            os.environ["CACHE_URL"] = self.store.url
        super().__init__(name)

    def mission(self, *faults: str) -> CardBoard:
        """Run two replicas of the module under the load of four clients, and bring faults about.

        Args:
            faults: their names, in order: cache, swap, flood, crowd, restart, audit. All of them without any.
        """
        self.refresh()
        with contextlib.closing(Servers(self.module, judging.LOCK)) as start:
            return mission.fly(start, mission.board(faults or mission.PROMISES))
