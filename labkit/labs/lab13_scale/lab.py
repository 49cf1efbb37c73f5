"""Lab 13 in a notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from labkit.companions.process import Process
from labkit.labs.lab13_scale.echo import arrived
from labkit.labs.lab13_scale.hall import Hall
from labkit.labs.lab13_scale.race import Race, run
from labkit.labs.lab13_scale.replica_set import ReplicaSet
from labkit.labs.lab13_scale.setups import SERVER, UPSTREAMS
from labkit.labs.lab13_scale.switches import Switches
from labkit.live.log import Lines
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on scale: its module asks three models, and is asked as three replicas behind nginx.

    Attributes:
        models: the addresses of the models behind the gateway, by name.
    """

    def __init__(self, name: str) -> None:
        """Open the lab, and start the models."""
        super().__init__(name)
        self._grove = Process("labkit.labs.lab13_scale.grove", "MODEL_URLS")
        self.models: dict[str, str] = json.loads(self._grove.url or "{}")
        self._hall: Hall | None = None

    def hall(self, **environment: Any) -> Switches:
        """Start three replicas of the module behind a real nginx, and draw who gets which request.

            lab.hall(MAX_BATCH=1)

        Args:
            environment: variables for the replicas.

        Raises:
            NoNginx: there is no nginx for this platform.
        """
        if self._hall is not None:
            self._hall.stop()
        self.refresh()
        values = {name: str(value) for name, value in environment.items()}
        self._hall = Hall(ReplicaSet(self.draft.path, values), self._upstreams)
        return Switches(self._hall.choose("round robin").send())

    def race(self, users: int = 16, seconds: float = 3.0) -> Race:
        """Measure the same prediction in Flask, Django REST framework and FastAPI, one after the other.

        Args:
            users: how many ask at the same time.
            seconds: how long each is asked.
        """
        self.refresh()
        return run(self.draft.path, users, seconds)

    def through(self, target: str = "/", headers: Mapping[str, str] | None = None, template: str = "") -> Lines:
        """Send a GET through a real nginx, and show what arrives behind it.

            lab.through("/predict?a=1", {"Host": "iris.example"})

        Args:
            target: path and query.
            headers: what the client sends.
            template: a server; without one, your server.conf.template.
        """
        return arrived(template or self._beside(SERVER), target, headers or {})

    def _upstreams(self) -> str:
        return self._beside(UPSTREAMS)

    def _beside(self, name: str) -> str:
        path = self.draft.path.with_suffix("") / name
        return path.read_text(encoding="utf-8") if path.exists() else ""
