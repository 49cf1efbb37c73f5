"""Lab 14 in a notebook."""

from __future__ import annotations

import atexit
import contextlib
import os

from labkit.companions.valkey import NoValkey, Valkey
from labkit.labs.lab14_capstone import shelf
from labkit.labs.lab14_capstone.checklist import Service
from labkit.labs.lab14_capstone.console import Console
from labkit.labs.lab14_capstone.control import PROMISES, Control
from labkit.labs.lab14_capstone.mission import Mission, flown
from labkit.labs.lab14_capstone.review import Review, review
from labkit.labs.lab14_capstone.speed import Speed, compare
from labkit.notebook import lab


class Lab(lab.Lab):
    """The capstone: a whole service, a store of models, and a cache.

    Attributes:
        store: a real Valkey; it does not run where there is none for the platform.
        faults: the names of all faults of a mission.
    """

    def __init__(self, name: str) -> None:
        """Open the lab, lay out the store of models, and start the cache."""
        shelf.laid_out()
        self.store = Valkey(network=True)
        with contextlib.suppress(NoValkey):
            self.store.start()
            atexit.register(self.store.stop)
            os.environ["CACHE_URL"] = self.store.url
        self._flown = ""
        super().__init__(name)

    faults = tuple(PROMISES)

    def mission(self, *faults: str, rounds: int = 1) -> Console | Control:
        """Run two replicas of the module under the load of four clients, and bring faults about.

            lab.mission("cache", "crowd")

        Args:
            faults: their names, in order: cache, swap, flood, crowd, restart, audit. Without any there are buttons.
            rounds: how often they are brought about; 0 for until it is interrupted.

        Raises:
            KeyError: there is no such fault.
        """
        self.refresh()
        if self._workbook.grading:
            return Control(note="nothing flies while nbgrader runs the notebook")
        if not faults:
            return Console(self._mission)
        control = flown(self.module, faults, rounds)
        self._flown = str(control)
        return control

    def speed(self) -> Speed:
        """Return how many answers a second your service gives, as a ratio to the given one; no mark depends on it."""
        self.refresh()
        if self._workbook.grading:
            return Speed(problem="nothing is measured while nbgrader runs the notebook")
        return compare(self.module)

    def readiness_review(self) -> Review:
        """Ask the live server for the ten points of the lecture's checklist, and write a page to keep beside it."""
        self.refresh()
        path = self.draft.path.with_name(f"{self._lab.id}.review.html")
        found = review(Service(self.client, lambda: str(self.server.log)), path, self._flown)
        if not self._workbook.grading:
            path.write_text(found.page(), encoding="utf-8")
        return found

    def _mission(self) -> Mission:
        self.refresh()
        return Mission(self.module)
