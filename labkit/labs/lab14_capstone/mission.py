"""Mission control: a live run against a student's own service, a card for each fault.

A card is green while its promise holds. When it does not, it shows the first request that broke it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from labkit.checks.api import Mismatch
from labkit.checks.running import Start
from labkit.labs.lab14_capstone.campaign import Campaign, begin
from labkit.labs.lab14_capstone.faults import FAULTS
from labkit.pictures.cards import Card, CardBoard
from labkit.resilience.promises import Phase, score
from labkit.resilience.wire import Answer

PROMISES = {
    "cache": "Valkey hangs, dies and comes back: right answers all the time",
    "swap": "a drifted bundle is refused, and each answer is one model's",
    "flood": "one client asks too often: it is told so, and nobody else is",
    "crowd": "80 come at once: some wait, the others are told so at once",
    "restart": "one replica ends and returns: nothing in flight is lost",
    "audit": "in the end each answer stands in the audit once",
}
"""What is promised while each fault lasts."""


def board(faults: Iterable[str] = PROMISES) -> CardBoard:
    """Return the board before anything has happened."""
    made = CardBoard("Mission control", {"good": "held", "bad": "broken"})
    for name in faults:
        made.add(name, PROMISES[name])
    return made


def fly(start: Start, made: CardBoard) -> CardBoard:
    """Bring about the fault of each card, one after the other, and show what comes of it."""
    with made.live():
        try:
            campaign = begin(start)
        except Mismatch as problem:
            made.notes.append(f"{problem.sent}: {problem.got}")
            return made
        for card in made:
            _through(campaign, card)
        made.notes.append(f"mission score {score(campaign.phases)} of 100, which is never a mark")
    return made


def _through(campaign: Campaign, card: Card) -> None:
    """Go through one fault."""
    seen: Counter[str] = Counter()

    def heard(answer: Answer) -> None:
        kind = "hits" if answer.headers.get("x-cache") == "hit" else "refused" if answer.status == 503 else "computed"
        seen[kind if answer.status in (200, 503) else str(answer.status)] += 1
        card.turn("wait", ", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())))

    card.turn("wait", "under way")
    campaign.seen.append(heard)
    try:
        phase = campaign.phase(card.name, FAULTS[card.name])
    except Mismatch as problem:
        card.turn("bad", "broken", f"{problem.sent}: {problem.got}")
        return
    finally:
        campaign.seen.remove(heard)
    _turn(card, phase)


def _turn(card: Card, phase: Phase) -> None:
    """Say what came of a phase."""
    said = f"{phase.seen['kept']} right answers, {phase.seen['refused']} told to come again"
    if event := phase.first or phase.suspected:
        card.turn("bad", f"broken after {said}", f"{event.sent}. Promised: {event.promised}. Got: {event.got}")
    else:
        card.turn("good", f"held: {said}")
