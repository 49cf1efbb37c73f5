"""Board of named cards, each of which can turn: not tried yet, under way, done, failed.

board = CardBoard("Mutant arena")
board.add("off_by_one", "accepts 1001 rows")
with board.live():
board["off_by_one"].turn("wait", "running your tests")
board["off_by_one"].turn("good", "rejected by test_too_many_rows")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from labkit.pictures.live import LivePicture, Tone, drawn


@dataclass
class Card:
    """One card.

    Attributes:
        name: what it is called.
        text: what it is about.
        tone: what it has come to.
        state: the same in words.
    """

    name: str
    text: str = ""
    tone: Tone = Tone.OFF
    state: str = ""

    def turn(self, tone: Tone | str, state: str = "", text: str | None = None) -> None:
        """Turn the card: what it has come to, in a tone and in words; `text` replaces what it is about."""
        self.tone, self.state = Tone(tone), state
        if text is not None:
            self.text = text


@dataclass(repr=False)
class CardBoard(LivePicture):
    """Cards, in the order in which they were added.

    Attributes:
        title: what stands above.
        words: what cards of a tone are called when they are counted, such as `{"good": "killed"}`.
        cards: each card, by its name.
        notes: what stands below them, line by line.
    """

    title: str = "Board"
    words: dict[str, str] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, text: str = "") -> Card:
        """Add a card, and return it."""
        self.cards[name] = card = Card(name, text)
        return card

    def __getitem__(self, name: str) -> Card:
        return self.cards[name]

    def __iter__(self) -> Iterator[Card]:
        """Iterate over the cards, in order."""
        return iter(list(self.cards.values()))

    def count(self, tone: Tone | str) -> int:
        """How many cards have come to this."""
        return sum(card.tone == tone for card in self)

    def html(self) -> str:
        """Return the board: a box for each card."""
        cards = "".join(
            f'<div class="card {card.tone}" data-card="{escape(card.name)}" data-tone="{card.tone}">'
            f'<div><b class="sign">{card.tone.sign}</b> <b>{escape(card.name)}</b></div>'
            f'<div class="state-words">{_breakable(card.state)}</div><small>{escape(card.text)}</small></div>'
            for card in self
        )
        notes = "".join(f'<div class="muted">{escape(note)}</div>' for note in self.notes)
        return drawn(self.title, self._total(), [f'<div class="cards">{cards}</div>{notes}'])

    def __str__(self) -> str:
        lines = [f"{self.title}: {self._total()}"]
        longest = max(map(len, self.cards), default=0)
        for card in self:
            said = ": ".join(filter(None, (card.state, card.text)))
            lines.append(f"  {card.tone.sign} {card.name:<{longest}}  {said}".rstrip())
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def _total(self) -> str:
        """Count the cards of each tone that has a word, or the good ones."""
        counted = [f"{self.count(tone)} {word}" for tone, word in self.words.items() if self.count(tone)]
        return ", ".join(counted) or f"{self.count(Tone.GOOD)} of {len(self.cards)}"


def _breakable(text: str) -> str:
    """Return a text as HTML whose long names go on in a next line behind an underscore, and not in mid-word."""
    return escape(text).replace("_", "_<wbr/>")
