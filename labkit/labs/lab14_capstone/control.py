"""Mission control as a picture: two replicas as lanes, answers as a stream of dots, gauges, and a card for each fault.

A card is green while its promise holds. When it does not, it shows the first request that broke it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from labkit.labs.lab14_capstone.campaign import LIMIT, NAMES, TOKENS
from labkit.labs.lab14_capstone.faults import EVERY
from labkit.labs.lab14_capstone.record import FLOODING, RUNS, Answered, Moment, Record, State, Turned
from labkit.pictures.live import LivePicture, Tone, drawn
from labkit.pictures.view import aligned
from labkit.resilience.promises import Event

STYLE = Path(__file__).with_name("control.css").read_text(encoding="utf-8")
PROMISES = {
    "cache": "Valkey hangs, dies and comes back: right answers all the time",
    "swap": "a drifted bundle is refused, and each answer is one model's",
    "flood": "one client asks too often: it is told so, and nobody else is",
    "crowd": "80 come at once: some wait, the others are told so at once",
    "restart": "one replica ends and returns: nothing in flight is lost",
    "audit": "in the end each answer stands in the audit once",
}
"""What is promised while each fault lasts; the audit is read when the mission ends."""
VERSIONS = {known.version: number for number, known in enumerate(EVERY)}
SIGNS = {"right": "", "told": "", "broken": "✗"}
LEGEND = (
    "a dot is an answer, its colour the model's version; a ring: from the cache; "
    "hollow: told to come again, as may be; ✗: a broken promise; the score is never a mark"
)


@dataclass(repr=False)
class Control(LivePicture):
    """Mission control.

    Attributes:
        record: what has happened.
        named: the faults whose cards are shown.
        place: how many steps of the record are drawn; None for all, as they come.
        problem: why nothing flies.
        note: what is said before anything has happened.
    """

    record: Record = field(default_factory=Record)
    named: list[str] = field(default_factory=lambda: list(PROMISES))
    place: int | None = None
    problem: str = ""
    note: str = "nothing flies yet"

    @property
    def state(self) -> State:
        """What is drawn."""
        return self.record.now if self.place is None else self.record.at(self.place)

    @property
    def held(self) -> bool:
        """Whether every promise that was asked for was kept."""
        cards = self.record.now.cards
        return not self.problem and all(one.tone == "good" for one in cards.values()) and set(self.named) <= set(cards)

    def html(self) -> str:
        """Return the picture."""
        state = self.state
        problem = [f'<div class="message">{escape(self.problem)}</div>'] if self.problem else []
        lanes = "".join(_lane(state, number) for number in (0, 1))
        parts = [
            f"<style>{STYLE}</style>",
            *problem,
            f'<div class="control">{lanes}</div>',
            f'<div class="gauges">{"".join(_gauges(state))}</div>',
            f'<div class="cards">{"".join(_card(name, state) for name in self._cards(state))}</div>',
            "" if self.place is None else _step(state),
            f'<div class="muted">{_versions(state)}{LEGEND}</div>',
        ]
        return drawn("Mission control", self._total(state), parts)

    def __str__(self) -> str:
        state = self.state
        lines = [f"Mission control: {self._total(state)}", *([f"  {self.problem}"] if self.problem else [])]
        for number, name in enumerate(NAMES):
            lines.append(f"  {name:<8} {'up' if state.up[number] else 'down':<5} {_counts(state, number)}")
        lines += [f"  {name}: {value}" for name, value, _, _ in _measured(state)]
        return "\n".join([*lines, *map(self.line, self._cards(state))])

    def line(self, name: str) -> str:
        """Return what a promise has come to; the first request that broke it stands below."""
        turned = self.state.cards.get(name)
        tone = Tone(turned.tone if turned else "off")
        said = f"  {tone.sign} {name:<8} {turned.words if turned else PROMISES.get(name, '')}"
        below = _four(turned.event).splitlines() if turned and turned.event else []
        return "\n".join([said, *(f"      {line}" for line in below)])

    def steps(self) -> str:
        """Return the whole record as text: each step in a line."""
        return "\n".join(map(_told, self.record.steps()))

    def _cards(self, state: State) -> list[str]:
        return [*self.named, *(name for name in state.cards if name not in self.named)]

    def _total(self, state: State) -> str:
        if not state.last:
            return self.note
        mission = "" if state.score is None else f", mission score {state.score} of 100"
        step = "" if self.place is None else f"step {self.place} of {len(self.record)}: "
        return f"{step}{state.last.at:.1f} s, {state.answers} answers{mission}"


def _lane(state: State, number: int) -> str:
    """A replica, with what it has answered last, the newest at the right."""
    up, name = state.up[number], NAMES[number]
    tone = Tone.GOOD if up else Tone.OFF
    dots = "".join(map(_dot, list(state.streams[number])))
    counts = state.seen[number]
    return (
        f'<div class="replica {tone}" data-replica="{name}" data-up="{str(up).lower()}" '
        f'data-right="{counts["right"]}" data-broken="{counts["broken"]}">'
        f'<div><b class="sign">{tone.sign} {name}</b> <span>{"is up" if up else "is down"}</span></div>'
        f'<div class="stream" role="img" aria-label="{_counts(state, number)}">{dots}</div>'
        f"<small>{_counts(state, number)}</small></div>"
    )


def _dot(step: Answered | Moment) -> str:
    if isinstance(step, Moment):
        return f"<b>{escape(step.text)}</b>"
    color = f" s{VERSIONS[step.version]}" if step.version in VERSIONS else ""
    look = f"{step.kind}{color}{' hit' if step.hit else ''}"
    return f'<i class="{look}" title="{escape(str(step))}">{SIGNS[step.kind]}</i>'


def _versions(state: State) -> str:
    """Name the versions whose answers are drawn."""
    drawn_now = {step.version for stream in state.streams for step in list(stream) if isinstance(step, Answered)}
    named = [f'<span class="s{number}"><i></i>{name}</span>' for name, number in VERSIONS.items() if name in drawn_now]
    return f'<span class="versions">{"".join(named)}</span>'


def _counts(state: State, number: int) -> str:
    found = state.seen[number]
    right, told = f"{found['right']} right, {found['hits']} of them hits", f"{found['told']} told to come again"
    return f"{right}, {told}, {found['broken']} broken"


def _measured(state: State) -> Iterable[tuple[str, str, float, float | None]]:
    """Return for each gauge its name, what it says, how full it is, and where its mark is."""
    for number, name in enumerate(NAMES):
        count = state.waiting[number]
        yield f"waiting, {name}", f"{count} now; {LIMIT} may wait", count / (3 * LIMIT), 1 / 3
    left = 2 * TOKENS - sum(state.spent[FLOODING, number] for number in (0, 1))
    said = f"{left} of {2 * TOKENS}" if left >= 0 else f"{2 * TOKENS - left} answers for {2 * TOKENS}"
    yield "tokens of who floods", said, left / (2 * TOKENS), None
    share = sum(state.lately) / len(state.lately) if state.lately else 0.0
    yield f"cache {state.store}", f"{100 * share:.0f} % hits", share, None
    right = sum(found["right"] for found in state.seen)
    ratio = state.calls / right if right else 0.0
    yield "calls of the model", f"{100 * ratio:.0f} for 100 answers", ratio, None


def _gauges(state: State) -> Iterable[str]:
    for name, value, full, mark in _measured(state):
        tone = Tone.BAD if name.startswith("cache") and state.store != RUNS else Tone.GOOD
        line = "" if mark is None else f'<u style="left: {100 * mark:.0f}%"></u>'
        yield (
            f'<div class="gauge {tone}" data-gauge="{escape(name)}"><small>{escape(name)}</small>'
            f'<div class="level"><i style="width: {100 * min(1.0, max(0.0, full)):.0f}%"></i>{line}</div>'
            f"<b>{escape(value)}</b></div>"
        )


def _card(name: str, state: State) -> str:
    turned = state.cards.get(name)
    tone = Tone(turned.tone if turned else "off")
    event = turned.event if turned else None
    message = f'<div class="message">{aligned(_four(event))}</div>' if event else ""
    return (
        f'<div class="card {tone}{" broke" if event else ""}" data-card="{name}" data-tone="{tone}">'
        f'<div><b class="sign">{tone.sign}</b> <b>{name}</b></div>'
        f'<div class="state-words">{escape(turned.words if turned else "")}</div>'
        f"<small>{escape(PROMISES.get(name, 'while nothing happens, every answer is right'))}</small>{message}</div>"
    )


def _four(event: Event) -> str:
    """Return an event in the form of a check's message."""
    lines = [event.sent, f"expected  {event.promised}", f"got       {event.got}"]
    return "\n".join([*lines, *([f"try       {event.advice}"] if event.advice else [])])


def _step(state: State) -> str:
    """The last step in full."""
    last = state.last
    if last is None:
        return '<div class="step muted">Before the first step</div>'
    if isinstance(last, Answered):
        parts = [f"{NAMES[last.replica]} replica", last.sent, "", last.got]
        return f'<div class="step message">{escape(chr(10).join(parts))}</div>'
    return f'<div class="step message">{escape(_told(last))}</div>'


def _told(step: Answered | Moment | Turned) -> str:
    replica = None if isinstance(step, Turned) else step.replica
    where = "" if replica is None else f"{NAMES[replica]}: "
    mark = "  BROKEN" if isinstance(step, Answered) and step.broken else ""
    return f"{step.at:7.2f} s  {where}{step}{mark}"
