"""Lab 06 in a notebook."""

from __future__ import annotations

from labkit.labs.lab06_testing import arena
from labkit.labs.lab06_testing.target_loader import TargetLoader
from labkit.notebook import judging, lab
from labkit.notebook.reload import Loader
from labkit.pictures.cards import CardBoard


class Lab(lab.Lab):
    """The lab about tests: its server serves the API that is tested."""

    def arena(self) -> CardBoard:
        """Let your tests loose on the broken APIs that you may see, and watch."""
        self.refresh()
        return arena.fight(self.checks, self.module, judging.LOCK)

    def _loaded_by(self) -> Loader:
        return TargetLoader(self.draft, self.server, self._lab.given, self._lab.tests)
