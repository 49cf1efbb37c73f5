"""A live run that is watched: all that the clients see of two replicas, and all that is done to them, is recorded."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.labs.lab14_capstone.campaign import HONEST, NAMES, TOKENS, Campaign
from labkit.labs.lab14_capstone.record import FLOODING, Answered, Moment, Record
from labkit.labs.lab14_capstone.setups import ACCOUNTS, account, key, valkey
from labkit.labs.lab14_capstone.watched import Heard, Watched, WatchedReplica, WatchedValkey
from labkit.resilience.balancer import Replica
from labkit.resilience.promises import Phase, run
from labkit.resilience.wire import Answer

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
