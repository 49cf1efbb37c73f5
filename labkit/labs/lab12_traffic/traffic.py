"""The traffic behind the desk: two processes of a student's module, a store between them, and two clients who ask."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from labkit.checks.api import Mismatch, Reply
from labkit.checks.models import MODEL, saved
from labkit.checks.predictions import IRIS
from labkit.checks.running import Running
from labkit.checks.servers import Servers
from labkit.companions.valkey import Valkey
from labkit.labs.lab12_traffic.desk import CLIENTS, FAILED, REFUSED, SOURCES, WINDOW, Came, Desk
from labkit.labs.lab12_traffic.models import Telling
from labkit.module.source import Module
from labkit.notebook.judging import LOCK
from labkit.sandbox.setup import FOLDER, Setup
from labkit.setup import training

RATE, BURST, SECONDS, MINIMUM = 3.0, 5, 60.0, 90
"""The module's settings: tokens a second, tokens at most, for how long an answer is good, rows of drift at least."""
BINS = 5
"""How many bins the desk's reference has: with ten, as few rows as these are off by chance in every second run."""
AT_ONCE = 8
TICK, LOOK = 0.02, 0.8
"""How many seconds lie between two looks at who is due, and between two looks at drift."""
PATIENCE = 12.0
"""How long a request may take, in seconds: without timeouts a silent store holds one for ten."""
OLD = 60
"""How many of the last questions are asked again."""


@dataclass
class Knobs:
    """What can be turned while traffic runs.

    Attributes:
        ada, bob: how many requests a second each sends.
        repeated: the share of questions that were asked before.
        shift: by how much the petals have grown longer, in centimetres.
    """

    ada: float = 6.0
    bob: float = 4.0
    repeated: float = 0.5
    shift: float = 0.0


class Traffic:
    """Runs the two processes, and sends what is due.

    Attributes:
        desk: the picture of it.
        knobs: what can be turned.
        over: set when it is to end.
    """

    def __init__(self, module: Module, store: Valkey) -> None:
        """Start nothing yet."""
        self.desk, self.knobs, self.over = Desk(training.reference(BINS)), Knobs(), threading.Event()
        self._store = store
        self._processes = [Servers(module, LOCK), Servers(module, LOCK)]
        self._running: list[Running | None] = [None, None]
        self._known: list[dict[tuple[float, ...], float]] = [{}, {}]
        self._asked: list[list[float]] = []
        self._flowers = _flowers()
        self._sent = 0

    def run(self, seconds: float) -> None:
        """Let traffic flow for so many seconds, or until it is over; then end the processes."""
        try:
            self._store_said()
            for number in range(len(self._processes)):
                if not self.desk.problem:
                    self.restart(number)
            self._flow(seconds)
        finally:
            self.freeze(False)
            for servers in self._processes:
                servers.close()

    def _flow(self, seconds: float) -> None:
        begun = time.monotonic()
        due, looked = dict.fromkeys(CLIENTS, begun), begun
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while (now := time.monotonic()) - begun < seconds and not self.over.is_set() and not self.desk.problem:
                for client in CLIENTS:
                    rate = getattr(self.knobs, client)
                    if rate > 0 and now >= due[client]:
                        due[client] = max(now, due[client] + 1 / rate)
                        pool.submit(self._ask, client, self._row())
                if now - looked > LOOK:
                    looked = now
                    pool.submit(self._look)
                time.sleep(TICK)

    def restart(self, number: int) -> None:
        """End a process, and start it anew: what it had in memory is gone."""
        self._running[number] = None
        self._processes[number].close()
        found = self._processes[number](self._setup(number), fresh=True)
        self._known[number] = {}
        if number == 0:
            self.desk.rows.clear()
        if found.problem:
            self.desk.problem = f"process {number + 1} does not start: {found.problem}"
            return
        self.desk.starts[number] += 1
        self._running[number] = found

    def freeze(self, yes: bool) -> None:
        """Let the store be silent, or speak again."""
        if self._store.running:
            (self._store.freeze if yes else self._store.thaw)()
        self._store_said(frozen=yes)

    def _store_said(self, *, frozen: bool = False) -> None:
        self.desk.store = ("frozen" if frozen else "runs") if self._store.running else "there is none"

    def _setup(self, number: int) -> Setup:
        environment = {"RATE": str(RATE), "BURST": str(BURST), "CACHE_SECONDS": str(SECONDS)}
        environment |= {"DRIFT_WINDOW": str(WINDOW), "DRIFT_MINIMUM": str(MINIMUM), "MODEL_PATH": f"{FOLDER}/{MODEL}"}
        environment |= {"API_KEYS": json.dumps({f"key-of-{client}": client for client in CLIENTS})}
        environment |= {"CACHE_URL": self._store.url} if self._store.running else {}
        version = f"desk-{id(self)}"  # nothing of an earlier desk's is found
        model = saved(Telling(3, seed=8, scale=0.2), IRIS, version, reference=self.desk.reference)
        return Setup(environment, {MODEL: model}, interpreter=number)

    def _row(self) -> list[float]:
        """A question: one of the last, or a new one."""
        if self._asked and random.random() < self.knobs.repeated:
            return random.choice(self._asked[-OLD:])
        flower = self._flowers[self._sent % len(self._flowers)]
        row = [round(value + random.uniform(0.01, 0.09), 4) for value in flower]  # in the bin that the flower is in
        row[2] = round(row[2] + self.knobs.shift, 4)
        self._asked = [*self._asked[-OLD:], row]
        return row

    def _ask(self, client: str, row: list[float]) -> None:
        self._sent += 1
        number = self._sent % len(self._running)
        if (server := self._running[number]) is None:
            return
        headers, body = {"X-API-Key": f"key-of-{client}"}, {"features": row}
        try:
            reply = server.api.plain().post("/predict", json=body, headers=headers, seconds=PATIENCE)
        except Mismatch:
            if self._running[number] is server:  # nobody has ended it meanwhile
                self.desk.take(Came(time.monotonic(), client, number, FAILED))
            return
        source = self._source(reply, number, row)
        names = ("x-ratelimit-remaining", "x-ratelimit-limit", "retry-after")
        self.desk.take(Came(time.monotonic(), client, number, source, *(reply.headers.get(name, "") for name in names)))

    def _source(self, reply: Reply, number: int, row: Sequence[float]) -> str:
        """Where an answer came from. Of two hits the one is from memory that the process has given before."""
        if reply.status != 200:
            return REFUSED if reply.status == 429 else FAILED
        now, known = time.monotonic(), self._known[number]
        here = now - known.get(tuple(row), -SECONDS) < SECONDS
        if not here:
            known[tuple(row)] = now
        if number == 0:
            self.desk.rows.append(row)
        memory, store, model = SOURCES
        return model if reply.headers.get("x-cache") != "hit" else memory if here else store

    def _look(self) -> None:
        """See how often the model was called, and what the first process says of its inputs."""
        for server in filter(None, list(self._running)):
            self.desk.calls += sum(event.startswith("begin") for event in server.events())
        if (first := self._running[0]) is None:
            return
        with contextlib.suppress(Mismatch):
            reply = first.api.plain().get("/drift")
            self.desk.drift = reply.json if isinstance(reply.json, dict) and reply.status == 200 else reply.got


def _flowers() -> list[Any]:
    from sklearn.datasets import load_iris

    flowers: list[Any] = load_iris().data.tolist()
    return random.sample(flowers, len(flowers))
