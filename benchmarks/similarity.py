"""How well copies are found, and who is named who has not copied: `python -m autograder copies` beside copydetect.

    python benchmarks/similarity.py [--lab lab05_health ...]

A class is all modules in tests/LAB/, each the work of somebody else. Whoever has code enough of their own is copied, in
each disguise of tests/support/plagiarism.py; each copy is put into the class alone. Recall is the share of copies that
are named beside whom they are from. A false pair is any other that is named. Where copydetect is there (`pip install
copydetect`, into an environment that can be thrown away), it sees the same, with the solution and the notebook as its
boilerplate, and with its own defaults.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from support import plagiarism  # noqa: E402 (it lies in tests/)

from autograder.similarity import given  # noqa: E402
from autograder.similarity.pairs import Document, alike  # noqa: E402
from labkit import course  # noqa: E402
from labkit.course import Lab  # noqa: E402

SHOWN = 0.33
"""From which likeness on copydetect shows a pair."""

Named = Callable[[Lab, Sequence[Document]], set[frozenset[str]]]
"""Names pairs of a class."""


@dataclass
class Tally:
    """What one program found."""

    named: Named
    found: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    false: set[tuple[str, ...]] = field(default_factory=set)

    def measure(self, lab: Lab) -> int:
        """Plant copies in a lab's class, and count; return how many pairs are of people who have not copied."""
        honest, copies = plagiarism.planted(TOP, lab)
        self.false |= {(lab.id, *sorted(pair)) for pair in self.named(lab, honest)}
        for copy in copies:
            pairs = self.named(lab, [*honest, copy.document])
            self.planted[copy.disguise] += 1
            self.found[copy.disguise] += frozenset((copy.document.who, copy.victim)) in pairs
            beside = {who for pair in pairs if copy.document.who in pair for who in pair} - {copy.document.who}
            self.false |= {(lab.id, copy.victim, who) for who in beside - {copy.victim, copy.other}}
        return len(list(combinations(honest, 2)))


def ours(lab: Lab, documents: Sequence[Document]) -> set[frozenset[str]]:
    """Name pairs as `python -m autograder copies` does."""
    return {frozenset((pair.left.who, pair.right.who)) for pair in alike(documents)}


class Copydetect:
    """Names pairs as copydetect does; what it has once read it keeps."""

    def __init__(self) -> None:
        self.read: dict[str, object] = {}

    def __call__(self, lab: Lab, documents: Sequence[Document]) -> set[frozenset[str]]:
        """Name the pairs of a class."""
        from copydetect import compare_files

        read = [(one.who, self._fingerprint(lab, one.text)) for one in documents]
        found = set()
        for (who, left), (whom, right) in combinations(read, 2):
            if left.hashes and right.hashes and max(compare_files(left, right)[1]) >= SHOWN:
                found.add(frozenset((who, whom)))
        return found

    def _fingerprint(self, lab: Lab, text: str, boilerplate: bool = True) -> object:
        import numpy
        from copydetect import CodeFingerprint

        if (key := f"{lab.id}{boilerplate}{text}") not in self.read:
            given_hashes = []
            if boilerplate:
                parts = [self._fingerprint(lab, part, False) for part in given.texts(lab)]
                given_hashes = numpy.unique([one for part in parts for one in part.hashes])
            self.read[key] = CodeFingerprint("module.py", 25, 6, given_hashes, fp=io.StringIO(text))
        return self.read[key]


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lab", action="append", help="only this lab; can be said more than once")
    wanted = options.parse_args().lab
    labs = [lab for lab in course.load().labs if wanted is None or lab.id in wanted]
    tallies = {"ours": Tally(ours)} | ({"copydetect": Tally(Copydetect())} if find_spec("copydetect") else {})
    pairs = 0
    for lab in labs:
        for tally in tallies.values():
            count = tally.measure(lab)
        pairs += count
    table = Table("", *tallies)
    for disguise in tallies["ours"].planted:
        row = [f"{tally.found[disguise]} of {tally.planted[disguise]}" for tally in tallies.values()]
        table.add_row(disguise.replace("_", " "), *row)
    table.add_row(f"false pairs, of {pairs}", *(str(len(tally.false)) for tally in tallies.values()))
    Console().print(table)
    for line in sorted(tallies["ours"].false):
        print("false:", *line)


if __name__ == "__main__":
    main()
