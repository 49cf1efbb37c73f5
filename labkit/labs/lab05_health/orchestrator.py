"""The orchestrator: a simulated load balancer that watches three replicas of a student's module by their probes.

It starts the module three times, as processes of their own: with a model that takes a while to load, with none, and
with one that fails its warm-up. It polls both probes of each, sends predictions where a replica says that it is ready,
starts anew what has died, and draws all of it as it happens. It believes whatever the probes say, as a real one does.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from labkit.checks.api import Api, Mismatch
from labkit.checks.models import StandIn, missing, served
from labkit.checks.predictions import FLOWER, IRIS
from labkit.checks.running import Running
from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.notebook.judging import LOCK
from labkit.pictures import StateTimeline
from labkit.sandbox.setup import Setup

LOADING = 1.5
"""How long the first replica's model takes to load, in seconds."""
FATAL = 666.0
"""A first feature that ends the process of the first replica."""
FLEET = {
    "slow model": served(StandIn(3, seed=3, seconds=0.02, loading=LOADING, fatal=FATAL), IRIS),
    "no model": missing(),
    "bad model": served(StandIn(3, seed=4, raises="it does not fit this version"), IRIS),
}
"""Which replicas there are, and how each is started."""
STATES = {
    "alive": "good",
    "ready": "good",
    "answered": "good",
    "starting": "wait",
    "not ready": "wait",
    "draining": "wait",
    "no traffic": "off",
    "stopped": "off",
    "no answer": "bad",
    "not served": "bad",
    "failed": "bad",
}
EVERY = 0.1
"""How many seconds lie between two polls of a replica."""
MISSES = 3
"""After how many failed liveness probes a replica is started anew."""
BACK_OFF = 0.4
"""How long a dead replica is left alone before that, in seconds."""
SCENE, PATIENCE = 1.2, 8.0
"""How long a scene is looked at, and how long one that does not come is waited for, in seconds."""


def watch(module: Module) -> StateTimeline:
    """Run three replicas of a module that has /health, /readiness and /predict, and draw what their probes say."""
    timeline = StateTimeline("Orchestrator", STATES)
    starting = threading.Lock()
    with contextlib.closing(Servers(module, LOCK)) as servers:
        servers(missing())  # the first process of all takes a while, and that is not the module's time
    replicas = [Replica(name, setup, module, timeline, starting) for name, setup in FLEET.items()]
    with timeline.live():
        threads = [threading.Thread(target=replica.run, daemon=True) for replica in reversed(replicas)]
        try:
            for thread in threads:
                thread.start()
            _tell(replicas[0], timeline)
        finally:
            for replica in replicas:
                replica.over.set()
            for thread in threads:
                thread.join(PATIENCE)
    return timeline


def _tell(first: Replica, timeline: StateTimeline) -> None:
    """Let happen to the first replica what can happen to one."""
    if not _wait(lambda: first.served > 0):
        return
    time.sleep(SCENE)
    timeline.event("crash")
    lives = first.lives
    first.crash()
    _wait(lambda: first.lives > lives)
    before = first.served
    _wait(lambda: first.served > before)
    time.sleep(SCENE)
    timeline.event("drain")
    first.draining = True
    time.sleep(SCENE)
    first.over.set()
    time.sleep(SCENE)


def _wait(come: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not (came := come()) and time.monotonic() < until:
        time.sleep(EVERY / 2)
    return came


class Replica:
    """One process of the module, and what the balancer knows of it.

    Attributes:
        draining: whether it is to get no new request.
        over: set when it is to end.
        lives: how often it was started.
        served: how many predictions it has answered.
    """

    def __init__(self, name: str, setup: Setup, module: Module, timeline: StateTimeline, starting: Any) -> None:
        """Start nothing yet; `starting` is a lock, because processes are started one after the other."""
        self.draining, self.over, self.lives, self.served = False, threading.Event(), 0, 0
        self._name, self._setup, self._module = name, setup, module
        self._timeline, self._starting = timeline, starting
        self._running: Running | None = None
        self._mark(alive="starting", ready="starting", traffic="no traffic")

    def run(self) -> None:
        """Start it, and start it anew whenever it is dead, until it is over."""
        while not self.over.is_set():
            with contextlib.closing(Servers(self._module, LOCK)) as servers:
                with self._starting:
                    self._running = servers(self._setup)
                self.lives += 1
                self._watch()
                self._running = None
            if not self.over.wait(BACK_OFF):
                self._timeline.event("restart")
                self._mark(alive="starting", ready="starting", traffic="no traffic")
        if self.draining:
            self._mark(alive="stopped", ready="stopped", traffic="stopped")

    def crash(self) -> None:
        """Send what its model does not survive."""
        if self._running is not None:
            _status(self._running.api, "POST", "/predict", json={"features": [FATAL, 0, 0, 0]})

    def _watch(self) -> None:
        """Poll it, and send it what it says it can take, until it is dead or over."""
        missed = 0
        while self._running is not None and missed < MISSES and not self.over.wait(EVERY):
            api = self._running.api
            alive, ready = _status(api, "GET", "/health"), _status(api, "GET", "/readiness")
            missed = 0 if alive == 200 else missed + 1
            traffic = "draining" if self.draining else "no traffic"
            if ready == 200 and not self.draining:
                answer = _status(api, "POST", "/predict", json={"features": FLOWER})
                self.served += answer == 200
                traffic = _word(answer, {200: "answered"}, "failed")
            silent = "not served" if self._running.problem else "no answer"
            self._mark(
                alive=_word(alive, {200: "alive", 0: silent}),
                ready=_word(ready, {200: "ready", 503: "not ready", 0: silent}),
                traffic=traffic,
            )

    def _mark(self, **states: str) -> None:
        for lane, state in states.items():
            self._timeline.mark(f"{self._name}: {lane}", state)


def _status(api: Api, method: str, path: str, **options: Any) -> int:
    """Return the status of an answer; 0 if there is none."""
    try:
        return api.request(method, path, seconds=2.0, **options).status
    except Mismatch:
        return 0


def _word(status: int, words: dict[int, str], otherwise: str = "") -> str:
    return words.get(status) or otherwise or str(status)
