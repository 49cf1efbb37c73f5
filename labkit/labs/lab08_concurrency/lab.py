"""Lab 08 in a notebook."""

from __future__ import annotations

from typing import Any

from labkit.companions.process import Process
from labkit.http import requests
from labkit.http.requests import Written
from labkit.labs.lab08_concurrency import heartbeat
from labkit.labs.lab08_concurrency.buttons import Buttons
from labkit.labs.lab08_concurrency.heartbeat import Heartbeat
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on concurrency: its module asks an upstream, and the heart of its event loop can be seen.

    Attributes:
        upstream: the slow store of features that the module asks.
    """

    def __init__(self, name: str) -> None:
        """Open the lab, and start its upstream."""
        super().__init__(name)
        self.upstream = Process("labkit.labs.lab08_concurrency.feature_store", "UPSTREAM_URL")

    def heartbeat(self, *asks: Written, apart: float = 0.005) -> Heartbeat | Buttons:
        """Send requests to the live server at the same time, and draw how its event loop beats meanwhile.

            lab.heartbeat(("POST", "/fingerprint", {"text": "a"}), "/report?names=age&names=height")

        Args:
            asks: the requests; without any, there are buttons that send some.
            apart: how many seconds lie between the beginning of one and the next.
        """
        self.refresh()
        if not asks:
            return Buttons(self._watch)
        return heartbeat.watch(self.server, self.draft.path, requests.read(list(asks)), apart)

    def _watch(self, asks: list[Any], picture: Heartbeat) -> None:
        self.refresh()
        heartbeat.watch(self.server, self.draft.path, requests.read(asks), picture=picture)
