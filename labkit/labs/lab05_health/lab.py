"""Lab 05 in a notebook."""

from __future__ import annotations

from labkit.labs.lab05_health import orchestrator
from labkit.notebook import lab
from labkit.pictures import StateTimeline


class Lab(lab.Lab):
    """The lab on health: its module runs as three replicas under an orchestrator."""

    def orchestrate(self) -> StateTimeline:
        """Run three replicas of the module, and draw what their probes say: slow load, crash, recovery, drain."""
        self.refresh()
        return orchestrator.watch(self.module)
