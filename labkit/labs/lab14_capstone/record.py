"""What has happened while two replicas were asked: a record of steps, and what all steps up to one have come to.

A picture of a run is drawn from a `State`, so the run can be seen again, step by step.
"""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from labkit.resilience.promises import Event
from labkit.resilience.wire import Answer

MOST, SHOWN, LATELY = 6000, 260, 60
"""How many steps are kept, how many of a replica are drawn, and how many answers the share of hits is taken from."""
RUNS = "runs"
FLOODING = "client-27"
REFUSED = (0, 401, 403, 429)
"""What takes no token."""


@dataclass
class Answered:
    """A prediction that a replica was asked for.

    Attributes:
        at: when, in seconds since the record has begun.
        replica: the number of the replica.
        client: who has asked.
        sent, got: the request and what came of it, in full.
        status: what was answered; 0 where nothing came.
        version: the model's.
        hit: whether the answer came from the cache.
        waiting: how many were then waiting for an answer, at each replica.
        calls: how often the models had been called.
        broken: whether that broke a promise.
        answer: what came, as the client has it.
    """

    at: float
    replica: int
    client: str
    sent: str
    got: str
    status: int
    version: str = ""
    hit: bool = False
    waiting: tuple[int, int] = (0, 0)
    calls: int = 0
    broken: bool = False
    answer: Answer | None = None

    @property
    def kind(self) -> str:
        """What a dot in a stream means: right, told to come again, or broken."""
        return "broken" if self.broken else "right" if self.status == 200 else "told"

    def __str__(self) -> str:
        where = ", a hit" if self.hit else ""
        return f"{self.client}: {self.status or 'no answer'}{where}{f' of {self.version}' if self.version else ''}"


@dataclass(frozen=True)
class Moment:
    """Something that was done to a replica, to both, or to the cache.

    Attributes:
        at: when.
        text: what, in a word or two.
        replica: to which replica; None for both.
        up: whether that is up from now on; None where it is as it was.
        store: how the cache is from now on; empty where it is as it was.
    """

    at: float
    text: str
    replica: int | None = None
    up: bool | None = None
    store: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Turned:
    """What a promise has come to.

    Attributes:
        at: when.
        card: the name of its fault.
        tone: wait while the fault lasts, then good or bad.
        words: the same in words.
        event: the first that has broken it.
        score: the mission score by then.
    """

    at: float
    card: str
    tone: str
    words: str
    event: Event | None = None
    score: int | None = None

    def __str__(self) -> str:
        return f"{self.card}: {self.words}"


Step = Answered | Moment | Turned


@dataclass
class State:
    """What some steps have come to.

    Attributes:
        streams: what is drawn of each replica, oldest first.
        seen: how many answers of each kind a replica has given, and how many of them were hits.
        spent: how many tokens each client has spent at a replica, since that was started.
        lately: whether the last answers were hits.
        up: whether each replica is up.
        waiting: how many wait for an answer, at each replica.
        calls: how often the models were called.
        store: how the cache is.
        cards: what each promise has come to.
        score: the mission score.
        last: the last step.
    """

    streams: list[deque[Answered | Moment]] = field(default_factory=lambda: [deque(maxlen=SHOWN) for _ in "ab"])
    seen: list[Counter[str]] = field(default_factory=lambda: [Counter(), Counter()])
    spent: Counter[tuple[str, int]] = field(default_factory=Counter)
    lately: deque[bool] = field(default_factory=lambda: deque(maxlen=LATELY))
    up: list[bool] = field(default_factory=lambda: [False, False])
    waiting: tuple[int, int] = (0, 0)
    calls: int = 0
    store: str = RUNS
    cards: dict[str, Turned] = field(default_factory=dict)
    score: int | None = None
    last: Step | None = None

    @property
    def answers(self) -> int:
        """How many answers there were."""
        return sum(found[kind] for found in self.seen for kind in ("right", "told", "broken"))

    def take(self, step: Step) -> None:
        """Take one step."""
        self.last = step
        if isinstance(step, Answered):
            self._answered(step)
        elif isinstance(step, Moment):
            for replica in (0, 1) if step.replica is None else (step.replica,):
                self.streams[replica].append(step)
                if step.up is not None:
                    self._up(replica, step.up)
            self.store = step.store or self.store
        else:
            self.cards[step.card] = step
            self.score = self.score if step.score is None else step.score

    def _up(self, replica: int, up: bool) -> None:
        """Take it that a replica has gone, or has come with new buckets."""
        self.up[replica] = up
        if up:
            self.spent = Counter({pair: count for pair, count in self.spent.items() if pair[1] != replica})

    def _answered(self, step: Answered) -> None:
        self.streams[step.replica].append(step)
        self.seen[step.replica][step.kind] += 1
        self.waiting, self.calls = step.waiting, step.calls
        if step.status == 200:
            self.seen[step.replica]["hits"] += step.hit
            self.lately.append(step.hit)
        if step.status not in REFUSED:
            self.spent[step.client, step.replica] += 1

    def broke(self, step: Answered) -> None:
        """Count a step as one that broke a promise, which was known a moment later."""
        self.seen[step.replica][step.kind] -= 1
        step.broken = True
        self.seen[step.replica][step.kind] += 1


class Record:
    """Steps, as they come from any thread.

    Attributes:
        now: what all of them have come to.
    """

    def __init__(self) -> None:
        """Begin an empty record."""
        self.now, self._before = State(), State()
        self._steps: deque[Step] = deque()
        self._begun, self._lock = time.monotonic(), threading.Lock()

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def seconds(self) -> float:
        """How long ago it has begun."""
        return time.monotonic() - self._begun

    def add(self, step: Step) -> None:
        """Add a step; of very many the first ones are no longer kept one by one."""
        with self._lock:
            self._steps.append(step)
            self.now.take(step)
            if len(self._steps) > MOST:
                self._before.take(self._steps.popleft())

    def broke(self, step: Answered) -> None:
        """Say of a step that it broke a promise."""
        with self._lock:
            self.now.broke(step)

    def steps(self) -> list[Step]:
        """Return all steps that are kept."""
        with self._lock:
            return list(self._steps)

    def at(self, place: int) -> State:
        """Return what the first so many of the kept steps have come to."""
        with self._lock:
            state, steps = copy.deepcopy(self._before), list(self._steps)[:place]
        for step in steps:
            state.take(step)
        return state

    def moments(self) -> list[int]:
        """Return the places behind what was done, what was broken, and what a promise has come to."""
        return [place for place, step in enumerate(self.steps(), 1) if not isinstance(step, Answered) or step.broken]
