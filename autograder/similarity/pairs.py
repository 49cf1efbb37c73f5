"""Pairs of submissions that share more of their own code than chance explains.

What few have written weighs much, what many have written weighs little: a fingerprint that k of n submissions have
weighs log((n + 1) / k), and 1 where two have it and nobody else. The likeness of two submissions is what they share,
by weight, as a part of what the smaller one has. Independent work stays far below LEAST (benchmarks/similarity.py).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from autograder.similarity import tokens
from autograder.similarity.tokens import BETWEEN, Token
from autograder.similarity.winnowing import SHORTEST, runs, winnow

LEAST = 0.3
"""From this likeness on a pair is named."""
ENOUGH = 120
"""Who has fewer tokens of their own, a dozen lines, is not compared: that is the reference but for a slip."""
SHARED = 80
"""Two that share fewer tokens of their own are not named: so much comes about by itself."""


@dataclass(frozen=True)
class Document:
    """A submission as it is compared.

    Attributes:
        who: whose it is.
        text: the module.
        given: the runs that the lab gives.
    """

    who: str
    text: str
    given: Set[str]

    @cached_property
    def tokens(self) -> list[Token]:
        """What the module comes to."""
        return tokens.read(self.text)

    @cached_property
    def runs(self) -> list[str]:
        """All runs of tokens, by the place where they begin."""
        return runs([token.text for token in self.tokens])

    @cached_property
    def fingerprints(self) -> Set[str]:
        """The runs of its own that were chosen."""
        return winnow([run for run in self.runs if run in self.own])

    @cached_property
    def own(self) -> set[str]:
        """All runs of its own."""
        return {run for run in self.runs if run not in self.given and BETWEEN not in run}

    @cached_property
    def comparable(self) -> bool:
        """Whether there is enough of its own to say something about it."""
        return len(self.within(self.own)) >= ENOUGH

    def within(self, wanted: Set[str]) -> list[int]:
        """Return the places of the tokens that stand in one of some runs."""
        starts = (start for start, run in enumerate(self.runs) if run in wanted)
        return sorted({place for start in starts for place in range(start, start + SHORTEST)})


@dataclass(frozen=True)
class Pair:
    """Two submissions, and how alike they are: 0, nothing of their own in common, to 1."""

    left: Document
    right: Document
    likeness: float

    @cached_property
    def shared(self) -> set[str]:
        """The runs that both have and the lab does not give."""
        return self.left.own & self.right.own

    @property
    def size(self) -> int:
        """How many tokens they share."""
        return min(len(self.left.within(self.shared)), len(self.right.within(self.shared)))


def alike(documents: Sequence[Document], least: float = LEAST) -> list[Pair]:
    """Return the pairs of a class that are as alike as `least`, the most alike first."""
    owners: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(documents):
        for run in document.fingerprints if document.comparable else ():
            owners[run].append(number)
    shared: dict[tuple[int, int], float] = defaultdict(float)
    for having in owners.values():
        weight = _weight(len(documents), len(having))
        for both in combinations(having, 2):
            shared[both] += weight
    found = []
    for (left, right), weight in shared.items():
        one, other = documents[left], documents[right]
        likeness = weight / min(len(one.fingerprints), len(other.fingerprints))
        if likeness >= least and (pair := Pair(one, other, likeness)).size >= SHARED:
            found.append(pair)
    return sorted(found, key=lambda pair: (-pair.likeness, pair.left.who, pair.right.who))


def _weight(everybody: int, having: int) -> float:
    """What a fingerprint weighs that so many have: 1 for two, nearly nothing for all."""
    return math.log((everybody + 1) / having) / math.log((everybody + 1) / 2)


def groups(pairs: Iterable[Pair]) -> list[list[str]]:
    """Return who is joined by pairs to more than one other, directly or through others."""
    group: dict[str, set[str]] = {}
    for pair in pairs:
        joined = group.get(pair.left.who, {pair.left.who}) | group.get(pair.right.who, {pair.right.who})
        group |= dict.fromkeys(joined, joined)
    distinct = {id(members): sorted(members) for members in group.values()}
    return sorted(members for members in distinct.values() if len(members) > 2)
