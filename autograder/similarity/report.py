"""The page beside the class report: which pairs of submissions to look at, lab by lab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.reports import pages
from autograder.similarity import side_by_side
from autograder.similarity.given import given
from autograder.similarity.pairs import ENOUGH, LEAST, SHARED, Document, Pair, alike, groups
from autograder.similarity.side_by_side import Row
from autograder.submissions import submission
from autograder.submissions.collect import HandedIn, collect
from labkit.course import Course, Lab

PAGE = "copies.html"
MOST = 100
"""How many pairs of a lab are shown."""
LONGEST = 200_000
"""How many signs of a module are read; a lab's is a tenth of it at the most."""


@dataclass(frozen=True)
class Compared:
    """What comparing a lab's submissions has come to.

    Attributes:
        lab: the lab.
        documents: the submissions that could be read.
        unread: whose could not.
        pairs: those to look at, the most alike first.
    """

    lab: Lab
    documents: Sequence[Document]
    unread: Sequence[str]
    pairs: Sequence[Pair]

    @property
    def little(self) -> int:
        """How many have too little of their own to be compared."""
        return sum(not document.comparable for document in self.documents)

    @property
    def groups(self) -> list[list[str]]:
        """Who is joined to several others."""
        return groups(self.pairs)

    @property
    def shown(self) -> list[tuple[Pair, list[Row]]]:
        """The pairs that are shown, and their code side by side."""
        return [(pair, side_by_side.rows(pair)) for pair in self.pairs[:MOST]]


def compare(course: Path, labs: Sequence[Lab], least: float = LEAST) -> Iterator[Compared]:
    """Compare what was handed in under submitted/, lab by lab.

    Raises:
        NothingToGrade: there is nothing.
    """
    handed_in = collect(course, [lab.id for lab in labs])
    for lab in labs:
        texts = {one.student: _text(one) for one in handed_in if one.lab == lab.id}
        documents = [Document(who, text, given(lab.id)) for who, text in texts.items() if text]
        if texts:
            yield Compared(lab, documents, [who for who, text in texts.items() if not text], alike(documents, least))


def page(course: Course, labs: Sequence[Compared], least: float = LEAST) -> str:
    """Return the page."""
    return pages.fill(
        PAGE, title=course.title, labs=labs, least=least, enough=ENOUGH, shared=SHARED, most=MOST, anchor=_anchor
    )


def _text(one: HandedIn) -> str | None:
    """Return the module that was handed in; None where it cannot be read."""
    content = one.load()
    if content.data is None:
        return None
    text = submission.read(content.path, content.lab, content.student, content.data).text
    return text if text is not None and len(text) <= LONGEST else None


def _anchor(lab: str, number: int) -> str:
    return f"{lab}-{number}"
