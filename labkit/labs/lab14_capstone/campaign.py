"""Two replicas of a student's service under the load of four honest clients; see labkit.resilience.

What an honest client may see is a whole answer, right for the version it names; and, while a fault lasts that allows
it, a 503 that says when to come again. All else is a broken promise.
"""

from __future__ import annotations

import contextlib
import random
import signal
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from labkit.checks.api import Mismatch
from labkit.checks.predictions import Known, lacks
from labkit.checks.running import Running, Start
from labkit.labs.lab14_capstone.setups import ADMIN, FIRST, PREDICT, key, setup, sharing, with_store
from labkit.resilience import load
from labkit.resilience.balancer import Balancer, Replica
from labkit.resilience.calm import repeated
from labkit.resilience.promises import Broken, Event, Late, Phase, run
from labkit.resilience.wire import Answer, Pending, Silent, Unreachable, as_they_come
from labkit.sandbox.shared import Folder

TOKENS, LIMIT, HONEST = 60, 12, 4
"""Tokens of each client, how many may wait at each replica, and how many honest clients there are."""
AGAIN = 3
"""Every third row was asked before by the same client."""
SEED = 14
NAMES = ("first", "second")


class Sent(NamedTuple):
    """A prediction that was sent: the id of the request, its row, and what is to be read."""

    name: str
    row: Sequence[float]
    pending: Pending


@dataclass
class Campaign:
    """A live run.

    Attributes:
        start: starts a replica.
        folder: what the replicas share.
        balancer: stands before them.
        running: the replicas, as the checks see them.
        answered: the request ids of all predictions that were answered 200, with the label of each.
        seen: hears of each answer of an honest client.
        environment: variables of the replicas, where they are not the usual ones.
    """

    start: Start
    folder: Folder
    balancer: Balancer = field(default_factory=Balancer)
    running: list[Running] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    seen: list[Callable[[Answer], None]] = field(default_factory=list)
    environment: Mapping[str, Any] = field(default_factory=dict)

    def afresh(self) -> None:
        """Start both replicas anew."""
        for one in self.running:
            one.signal(signal.SIGTERM)
        self.running = [self.replica(number) for number in (0, 1)]
        self.balancer = Balancer(*map(self.seen_from_outside, NAMES, self.running))

    def replica(self, number: int) -> Running:
        """Start one replica.

        Raises:
            Mismatch: it does not start.
        """
        wanted = setup(BURST=str(TOKENS), RATE="0.001", QUEUE_LIMIT=str(LIMIT), **self.environment)
        found = self.start(sharing(self.folder, with_store(wanted)), fresh=True)
        if found.problem:
            raise Mismatch(f"the start of the {NAMES[number]} replica", "it serves", found.problem)
        return found

    def returns(self, number: int) -> None:
        """Start one replica anew; from now on it is not known to be down."""
        self.running[number] = self.replica(number)
        self.balancer.replicas[number] = self.seen_from_outside(NAMES[number], self.running[number])

    def phase(self, name: str, fault: Callable[[Campaign, Phase], None]) -> Phase:
        """Run one phase, from a service that is well."""
        if not self.well():
            self.afresh()
        phase = repeated(lambda: run(name, lambda phase: self._faced(fault, phase), self.afresh), self.afresh)
        self.phases.append(phase)
        return phase

    def _faced(self, fault: Callable[[Campaign, Phase], None], phase: Phase) -> None:
        """Bring a fault about; a request of its own that is not answered is a broken promise like any other's."""
        sent, promised = f"a request to a replica that is up, {phase.name}", "an answer"
        try:
            fault(self, phase)
        except Unreachable as problem:
            raise Broken(Event(sent, promised, str(problem))) from problem
        except Silent as problem:
            raise Late(Event(sent, promised, str(problem))) from problem

    def well(self) -> bool:
        """Whether both replicas are there and give a right answer."""
        if not self.running or not all(one.alive for one in self.running):
            return False
        with contextlib.suppress(Unreachable, Silent):
            return all(self.ask(one, _row(0, 0), "client-29", "well").status == 200 for one in self.balancer.replicas)
        return False

    def seen_from_outside(self, name: str, running: Running) -> Replica:
        """Return a replica as the balancer has it."""
        assert running.api.dial is not None
        return Replica(name, running.api.dial)

    def ask(self, by: Balancer | Replica, row: Sequence[float], client: str, name: str) -> Answer:
        """Send a prediction, and remember who was answered."""
        name, headers = self._named(client, name)
        return self._remembered(name, by.send("POST", PREDICT, headers, {"features": list(row)}))

    def sent(self, replica: Replica, rows: Sequence[Sequence[float]], clients: Sequence[str]) -> list[Sent]:
        """Send many predictions at once, by some clients in turn, and leave their answers to be read."""
        found = []
        for number, row in enumerate(rows):
            name, headers = self._named(clients[number % len(clients)], f"crowd-{number}")
            found.append(Sent(name, row, replica.begin("POST", PREDICT, headers, {"features": list(row)})))
        return found

    def answers(self, sent: Sequence[Sent]) -> Iterator[tuple[Sent, Answer]]:
        """Yield what was sent with its answer, as these come; and remember who was answered."""
        for number, answer in as_they_come([one.pending for one in sent]):
            yield sent[number], self._remembered(sent[number].name, answer)

    def _named(self, client: str, name: str) -> tuple[str, dict[str, str]]:
        """Return the id of a request, and its headers."""
        name = f"{name}-{len(self.answered)}-{random.randrange(1_000_000)}".replace(" ", "-")
        return name, {"X-API-Key": key(client), "X-Request-ID": name}

    def _remembered(self, name: str, answer: Answer) -> Answer:
        if answer.status == 200:
            self.answered[name] = str(answer.fields.get("label"))
        return answer

    def honest(self) -> list[str]:
        """Return the clients of the next phase: no phase minds what those of the one before have left."""
        return [f"client-{3 + HONEST * (len(self.phases) % 5) + number}" for number in range(HONEST)]

    def choose(self, number: int, name: str) -> Answer:
        """Ask a replica for another model."""
        return self.balancer.replicas[number].send("PUT", "/admin/model", {"X-API-Key": key(ADMIN)}, {"name": name})

    @contextlib.contextmanager
    def under_load(
        self,
        phase: Phase,
        versions: Sequence[Known] = (FIRST,),
        *,
        busy: bool = False,
        thought: float = load.THOUGHT,
    ) -> Iterator[None]:
        """Let honest clients ask while the block runs.

        Args:
            phase: what they are a part of.
            versions: what may be served meanwhile.
            busy: whether they may be told to come again.
            thought: how many seconds lie between two requests of a client at first.
        """
        clients = self.honest()

        def ask(phase: Phase, client: int, number: int) -> bool:
            asked = number - AGAIN + 1 if number % AGAIN == AGAIN - 1 else number
            row, sent = (
                _row(client, asked + 1000 * len(self.phases)),
                f"POST /v2/predict by client {client}, {phase.name}",
            )
            try:
                answer = self.ask(self.balancer, row, clients[client], f"{phase.name}-{client}")
            except Silent as problem:
                phase.late(Event(sent, "an answer", str(problem)))
                return False
            except Unreachable as problem:
                phase.broke(Event(sent, "an answer, since both replicas are up", str(problem)))
                return False
            return self.judge(phase, sent, row, answer, versions, busy=busy)

        with load.clients(phase, ask, HONEST, TOKENS - 10, thought):
            yield
        if phase.first:
            raise Broken(phase.first)

    def judge(
        self, phase: Phase, sent: str, row: Sequence[float], answer: Answer, versions: Sequence[Known], *, busy: bool
    ) -> bool:
        """Hold an answer against what was promised, and say whether it was one."""
        for hear in self.seen:
            hear(answer)
        if answer.status == 503 and busy and answer.headers.get("retry-after"):
            phase.count("refused")
            return False
        problem = _wrong(answer, row, versions)
        if problem:
            promised = "a whole answer, right for the version it names" + (", or 503 with Retry-After" if busy else "")
            phase.broke(Event(f"{sent} {row}", promised, f"{answer}", problem if answer.status == 200 else None))
            return False
        phase.count("kept")
        return True


def _wrong(answer: Answer, row: Sequence[float], versions: Sequence[Known]) -> str:
    """Say what is wrong with an answer; nothing if it is right for the version that it names."""
    if answer.status != 200:
        return f"it is {answer.status}"
    found = answer.fields
    named = [one for one in versions if one.version == found.get("model_version")]
    if not named:
        return f"{found.get('model_version')} is not served"
    if lacks(found, named[0].prediction(row)):
        return "all of an answer comes from one `served`, taken once at the start of the call"
    return ""


def _row(client: int, number: int) -> list[float]:
    """Return the row that a client asks at a time: the same in each run."""
    chance = random.Random(f"{SEED} {client} {number}")
    return [round(chance.uniform(1, 900), 4), *(round(chance.uniform(0.1, 9), 3) for _ in "abc")]


_campaigns: weakref.WeakKeyDictionary[Any, Campaign] = weakref.WeakKeyDictionary()


def begin(start: Start) -> Campaign:
    """Begin a live run, and forget the one before."""
    folder = Folder().__enter__()
    found = _campaigns[start] = Campaign(start, folder)
    weakref.finalize(found, folder.__exit__)
    found.afresh()
    return found


def current(start: Start) -> Campaign:
    """Return the live run that has begun, or begin one."""
    return _campaigns.get(start) or begin(start)


def held(phase: Phase) -> None:
    """Expect every promise of a phase to have been kept.

    Raises:
        Mismatch: one was not.
    """
    event = phase.first or phase.suspected
    if event:
        kind = "" if phase.first else " (asked twice)"
        raise Mismatch(f"{event.sent}{kind}", event.promised, event.got, event.advice)
