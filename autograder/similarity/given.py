"""What a lab gives: whatever of it is in a submission is nobody's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nbformat import NotebookNode

from autograder.similarity import tokens
from autograder.similarity.winnowing import runs
from autograder.submissions import submission
from labkit.course import Lab

_FENCED = re.compile(r"^```\s*python\s*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MAGIC = re.compile(r"^%%section .*$", re.MULTILINE)


@cache
def given(lab: str) -> frozenset[str]:
    """Return the runs of tokens that a lab gives."""
    found = texts(submission.course().lab(lab))
    return frozenset(run for text in found for run in runs([token.text for token in tokens.read(text)]))


def texts(lab: Lab) -> list[str]:
    """Return the code of a lab's notebook, stubs and examples included, and its reference solution."""
    solution = submission.solution(lab)
    return [*_code(submission.released(lab)), (solution.text if solution else "") or ""]


def _code(book: NotebookNode) -> Iterator[str]:
    for cell in book.cells:
        if cell.cell_type == "code":
            yield _MAGIC.sub("", cell.source)
        else:
            yield from _FENCED.findall(cell.source)
