"""Replicas of a service, and what stands before them: it passes on what a replica that is known to be down refuses."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.resilience import wire
from labkit.resilience.wire import Answer, Dial, Pending, Unreachable


@dataclass
class Replica:
    """One process of the service.

    Attributes:
        name: what it is called.
        dial: opens a connection to it.
        down: whether it is known to be down.
    """

    name: str
    dial: Dial
    down: bool = False

    def send(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Answer:
        """Send a request to this replica alone."""
        return self.begin(method, path, headers, body).answer()

    def begin(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Pending:
        """Send a request to this replica alone, and leave its answer to be read."""
        return wire.begin(self.dial, method, path, headers, body)


class Balancer:
    """Sends each request to the next replica."""

    def __init__(self, *replicas: Replica) -> None:
        """Stand before some replicas."""
        self.replicas = list(replicas)
        self._turn = itertools.count()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Answer:
        """Send a request to a replica, and to the next one if that is known to be down.

        Raises:
            Unreachable: a replica that is up has refused it, or has broken the connection.
            Silent: no answer came in time.
        """
        first = next(self._turn)
        order = [self.replicas[(first + number) % len(self.replicas)] for number in range(len(self.replicas))]
        order.sort(key=lambda replica: replica.down)
        for replica in order:
            try:
                return replica.send(method, path, headers, body)
            except Unreachable:
                if not replica.down:
                    raise
        raise Unreachable("no replica is up")
