"""A live run that is watched: all that the clients see of two replicas, and all that is done to them, is recorded."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.companions.valkey import Valkey
from labkit.labs.lab14_capstone.campaign import HONEST, NAMES, TOKENS, Campaign
from labkit.labs.lab14_capstone.record import FLOODING, RUNS, Answered, Moment, Record
from labkit.labs.lab14_capstone.setups import ACCOUNTS, account, key, valkey
from labkit.resilience.balancer import Replica
from labkit.resilience.promises import Phase, run
from labkit.resilience.wire import Answer, Pending, Silent, Unreachable

GROUPS = 60
"""How many groups of honest clients there are: a group spends its tokens, and the next one comes."""
TRIES = (0.7,)
"""What is late is not asked again: nothing of this is a mark."""
KEPT = 1500
"""How many characters of an answer are kept."""
NEEDED = 25
"""How many tokens a client may need at one replica in one phase, if it is not of a group."""
LOOK = 0.5
"""How many seconds lie at least between two looks at the calls of the models."""
_ASKED = ("x-cache", "retry-after", "x-request-id", "content-type")


class Watched:
    """A replica as the checks see it, whose calls of the model are counted.

    Attributes:
        calls: how many there were.
    """

    def __init__(self, running: Running, told: Callable[[str], None]) -> None:
        """Watch a replica; `told` hears when it gets a signal."""
        self._running, self._told = running, told
        self._events: list[str] = []
        self._lock = threading.Lock()
        self.calls = 0

    def look(self) -> None:
        """Count the calls of the model up to now."""
        with self._lock:
            found = self._running.events()
            self._events += found
            self.calls += sum(event.startswith("begin ") for event in found)

    def events(self) -> list[str]:
        """Return what was told since this was last asked for."""
        self.look()
        with self._lock:
            found, self._events = self._events, []
        return found

    def signal(self, number: int, pid: int | None = None) -> bool:
        """Send it a signal."""
        if self._running.alive:
            self._told(signal.Signals(number).name)
        return self._running.signal(number, pid)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._running, name)


Heard = Callable[[Answer | None, str], None]
"""Hears what a request has come to: its answer, or why there is none."""


class WatchedPending(Pending):
    """A request whose answer has not been read; what comes of it is told."""

    def __init__(self, pending: Pending, heard: Heard) -> None:
        """Watch a request."""
        self._pending, self._heard = pending, heard

    def fileno(self) -> int:
        """Return what is readable when there is an answer, or an end."""
        return self._pending.fileno()

    def close(self) -> None:
        """Hang up, whether there was an answer or not."""
        self._pending.close()

    def answer(self) -> Answer:
        """Read the whole answer."""
        try:
            found = self._pending.answer()
        except (Unreachable, Silent) as problem:
            self._heard(None, str(problem))
            raise
        self._heard(found, "")
        return found


class WatchedReplica(Replica):
    """A replica as a client sees it; what is sent to it is told."""

    asked: Callable[[str, str, Mapping[str, str], Any], Heard]

    def begin(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Pending:
        """Send a request to this replica alone, and leave its answer to be read."""
        heard = self.asked(method, path, headers, body)
        try:
            return WatchedPending(super().begin(method, path, headers, body), heard)
        except (Unreachable, Silent) as problem:
            heard(None, "" if self.down else str(problem))
            raise


class WatchedValkey(Valkey):
    """A Valkey that tells what is done to it."""

    def __init__(self, told: Callable[[str, str], None]) -> None:
        """Start nothing yet."""
        super().__init__()
        self._told, self._dead = told, False

    def start(self) -> None:
        """Start it."""
        super().start()
        if self._dead:
            self._told("cache back", RUNS)
        self._dead = False

    def freeze(self) -> None:
        """Let it hang."""
        super().freeze()
        self._told("cache hangs", "hangs")

    def kill(self) -> None:
        """End it."""
        if self.running and not self._dead and self.url:
            self._dead = True
            self._told("cache gone", "is gone")
        super().kill()

    def stop(self) -> None:
        """End it for good, with the mission."""
        self._dead = True
        super().stop()


@dataclass
class Flight(Campaign):
    """A live run that is recorded.

    Attributes:
        record: what has happened.
        current: the phase that lasts.
    """

    record: Record = field(default_factory=Record)
    current: Phase | None = None
    _groups: int = 0
    _watched: list[Watched] = field(default_factory=list)
    _waiting: list[int] = field(default_factory=lambda: [0, 0])
    _looked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Give every group of clients its keys, and watch the cache of this thread."""
        more = {f"group-{group}-{number}": ["predict"] for group in range(GROUPS) for number in range(HONEST)}
        accounts = ACCOUNTS | {name: account(name, scopes) for name, scopes in more.items()}
        self.environment = {"API_KEYS": json.dumps(accounts)}
        self._owners = {key(name, number): name for name in accounts for number in (0, 1)}
        valkey().valkey = WatchedValkey(lambda text, store: self._note(text, store=store))

    @property
    def spent(self) -> bool:
        """Whether no group is left that has tokens."""
        return self._groups >= GROUPS

    def honest(self) -> list[str]:
        """Return the clients of the next phase: a group that has not asked before."""
        self._groups += 1
        return [f"group-{(self._groups - 1) % GROUPS}-{number}" for number in range(HONEST)]

    def replica(self, number: int) -> Running:
        """Start one replica, and watch it."""
        found = Watched(super().replica(number), lambda name: self._note(name, number, up=False))
        self._watched.append(found)
        self._note("is up", number, up=True)
        return cast("Running", found)

    def seen_from_outside(self, name: str, running: Running) -> Replica:
        """Return a replica as the balancer has it, and watch what it is sent."""
        assert running.api.dial is not None
        found = WatchedReplica(name, running.api.dial)
        found.asked = partial(self._asked, NAMES.index(name))
        return found

    def phase(self, name: str, fault: Callable[[Campaign, Phase], None]) -> Phase:
        """Run one phase, from a service that is well; it does not matter whether the machine is."""
        if not self.well() or self._poor():
            self.afresh()

        def through(phase: Phase) -> None:
            self.current = phase
            self._faced(fault, phase)

        try:
            found = run(name, through, self.afresh, TRIES)
        finally:
            self.current = None
        self.phases.append(found)
        return found

    def _poor(self) -> bool:
        """Whether one of those who come in several phases has few tokens left; who floods has none by right."""
        spent = self.record.now.spent
        return any(
            count > TOKENS - NEEDED for (name, _), count in spent.items() if name in ACCOUNTS and name != FLOODING
        )

    def judge(
        self, phase: Phase, sent: str, row: Sequence[float], answer: Answer, versions: Sequence[Known], *, busy: bool
    ) -> bool:
        """Hold an answer against what was promised, and mark it where it has broken that."""
        before = phase.seen["broken"]
        good = super().judge(phase, sent, row, answer, versions, busy=busy)
        if not good and phase.seen["broken"] > before:
            for step in reversed(self.record.steps()):
                if isinstance(step, Answered) and step.answer is answer:
                    self.record.broke(step)
                    break
        return good

    def _asked(self, number: int, method: str, path: str, headers: Mapping[str, str], body: Any) -> Heard:
        """Take note that a replica is asked, and return who hears what it answers."""
        if not path.endswith("/predict"):
            return lambda answer, problem: self._told(number, method, body, answer)
        with self._lock:
            self._waiting[number] += 1

        def heard(answer: Answer | None, problem: str) -> None:
            with self._lock:
                self._waiting[number] -= 1
            if answer or problem:
                self._answered(number, headers, f"{method} {path} {json.dumps(body)}", answer, problem)

        return heard

    def _told(self, number: int, method: str, body: Any, answer: Answer | None) -> None:
        """Take note that a replica was told to serve another model."""
        if method == "PUT" and answer:
            self._note(f"{body.get('name')}: {answer.status}", number)

    def _answered(
        self, number: int, headers: Mapping[str, str], sent: str, answer: Answer | None, problem: str
    ) -> None:
        self._look()
        found = answer.fields if answer else {}
        client = self._owners.get(headers.get("X-API-Key", ""), "nobody")
        step = Answered(
            at=self.record.seconds,
            replica=number,
            client=client,
            sent=f"{sent}\nX-API-Key of {client}, X-Request-ID: {headers.get('X-Request-ID')}",
            got=_in_full(answer) if answer else problem,
            status=answer.status if answer else 0,
            version=str(found.get("model_version", "")),
            hit=answer is not None and answer.headers.get("x-cache") == "hit",
            waiting=(self._waiting[0], self._waiting[1]),
            calls=sum(one.calls for one in self._watched),
            broken=answer is None,
            answer=answer,
        )
        self.record.add(step)

    def _look(self) -> None:
        """Count the calls of the models now and then."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked < LOOK:
                return
            self._looked = now
        for one in self._watched[-len(NAMES) :]:
            one.look()

    def _note(self, text: str, replica: int | None = None, *, up: bool | None = None, store: str = "") -> None:
        self.record.add(Moment(self.record.seconds, text, replica, up, store))


def _in_full(answer: Answer) -> str:
    named = [f"{name}: {answer.headers[name]}" for name in _ASKED if name in answer.headers]
    return "\n".join([str(answer.status), *named, answer.text[:KEPT]])
