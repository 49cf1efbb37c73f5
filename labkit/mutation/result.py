"""What the tests of one exercise came to, as checks ask for it, and as a student reads it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NoReturn

from labkit import sections, syntax
from labkit.checks.api import WIDTH, Mismatch, Overdue, Raised
from labkit.mutation import advice
from labkit.mutation.client import Failure
from labkit.mutation.mutant import Mutant
from labkit.text import one_line

_FEW = 3
"""How many tests a message names."""


@dataclass
class Tried:
    """What the tests of one exercise came to.

    Attributes:
        exercise: its name.
        text: the module, as it was run.
        tests: the tests that belong to it.
        problem: why none could be run; empty if they could.
        client: why the fixture `client` is not what it should be; None if it is.
        skipped: those that were skipped.
        wrong: the tests that fail on the right API.
        other_words: those that fail on one that is right in other words.
        unsteady: those that pass on the right API here and fail there: where, and why.
        rejected: for each broken API the tests that reject it.
        out_of_time: whether trials are missing because the time was up.
    """

    exercise: str
    text: str
    tests: list[str]
    problem: str = ""
    client: Failure | None = None
    skipped: list[str] = field(default_factory=list)
    wrong: dict[str, Failure] = field(default_factory=dict)
    other_words: dict[str, Failure] = field(default_factory=dict)
    unsteady: dict[str, tuple[str, Failure]] = field(default_factory=dict)
    rejected: dict[str, list[str]] = field(default_factory=dict)
    out_of_time: bool = False

    def settle(self) -> None:
        """Leave out what tests say of broken APIs that do not pass on every right one."""
        unfit = self.other_words.keys() | self.unsteady.keys()
        if self.out_of_time:  # there may be right APIs that they have not met
            unfit |= set(self.tests)
        self.rejected = {mutant: [t for t in tests if t not in unfit] for mutant, tests in self.rejected.items()}

    @property
    def valid(self) -> list[str]:
        """The tests that count."""
        unfit = {*self.skipped, *self.wrong, *self.other_words, *self.unsteady}
        return [name for name in self.tests if name not in unfit]

    def expect_client(self) -> None:
        """Expect a fixture `client` whose lifespan has run."""
        if self.client is None or self.problem:
            return
        said = self.client.said.removeprefix("AssertionError: ")
        asked, wanted = "a test that asks for the fixture client", "a TestClient whose lifespan has run"
        raise Mismatch(asked, wanted, said, advice.of_client(self.text, said))

    def expect_steady(self) -> None:
        """Expect tests, and that they pass on the right API whatever runs before them."""
        asked = f"the tests of {self.exercise} on the right API"
        wanted = "at least one that passes, and the same result in any order and alone"
        if self.problem:
            raise Raised(asked, "they run", self.problem)
        if self.unsteady:
            where, why = next(iter(self.unsteady.values()))
            alike = {name: failure for name, (place, failure) in self.unsteady.items() if place == where}
            kind = Overdue if "in time" in why.said else Mismatch
            raise kind(f"{_some(alike)} on the right API, {where}", "it passes, as anywhere else", self._first(alike))
        if not self.tests:
            raise Mismatch(asked, wanted, "there is no test in this section")
        if not self.valid:
            self.expect_valid()
            raise Mismatch(asked, wanted, f"{_names(self.skipped)} skipped")

    def expect_valid(self) -> None:
        """Expect every test to pass on the right API, in whatever words that is written."""
        if self.wrong:
            name, why = next(iter(self.wrong.items()))
            client = self.client.said if self.client else ""
            tip = advice.of_test(self.text, function(name), why.said, why.line, client)
            self._fail(self.wrong, "the right API", tip)
        if self.other_words:
            self._fail(self.other_words, "the right API, written in other words", advice.OPEN)

    def expect_rejected(self, mutant: Mutant) -> None:
        """Expect a test that counts to fail on a broken API."""
        if self.rejected.get(mutant.name):
            return
        asked = f"the tests of {self.exercise} on {mutant.name}"
        wanted = "one of them fails"
        if self.out_of_time:
            raise Overdue(asked, wanted, "the time for all trials was used up")
        raise Mismatch(
            asked, wanted, f"{_names(self.valid)} passed" if self.valid and not self.unsteady else "no test that counts"
        )

    def _fail(self, failures: dict[str, Failure], where: str, tip: str | None) -> NoReturn:
        """Say which tests fail on the right API, and why the first does."""
        wanted = f"{'each' if len(failures) > 1 else 'it'} passes, otherwise it does not count"
        raise Mismatch(f"{_some(failures)} on {where}", wanted, self._first(failures), tip, self.uncounted)

    def _first(self, failures: dict[str, Failure]) -> str:
        """Why the first of some tests failed; which one that is, where there are more."""
        name, why = next(iter(failures.items()))
        return f"{name}: {self._place(why)}" if len(failures) > 1 else self._place(why)

    @property
    def uncounted(self) -> str:
        """Which tests do not count, because they fail on a right API; empty if all do."""
        unfit = self.wrong.keys() | self.other_words.keys()
        names = list({function(name) for name in unfit})
        if len(names) != 1:
            return f"{len(unfit)} tests do not count" if names else ""
        whole = {name for name in self.tests if function(name) == names[0]} == unfit
        return f"{names[0]} does not count" if whole else f"not every row of {names[0]} counts"

    def _place(self, why: Failure) -> str:
        """Say why a test failed, and where."""
        place = sections.section_at(self.text, why.line) if why.line else None
        if why.line is None:
            return why.said
        said = why.said.removeprefix("AssertionError: ")
        if said == "AssertionError":
            said = _statement(self.text, why.line)
        return f"{said} (line {place[1]} of the cell {place[0]})" if place else f"{said} (line {why.line})"


def _statement(text: str, line: int) -> str:
    """The assert that a line is part of, as one line and shortened; the line itself where it is part of none."""
    asserts = [node for node in ast.walk(syntax.tree(text)) if isinstance(node, ast.Assert)]
    first, last = next(
        ((node.lineno, node.end_lineno) for node in asserts if node.lineno <= line <= (node.end_lineno or 0)),
        (line, line),
    )
    return one_line("\n".join(text.splitlines()[first - 1 : last]), WIDTH)


def _some(failures: dict[str, Failure]) -> str:
    """Name the tests that failed: a single one with its parameters."""
    return _names(list(failures)) if len(failures) > 1 else next(iter(failures))


def _names(tests: list[str]) -> str:
    """Name a few tests, by their functions."""
    names = list(dict.fromkeys(map(function, tests)))
    few = ", ".join(names[:_FEW])
    return few if len(names) <= _FEW else f"{few} and {len(names) - _FEW} more"


def function(test: str) -> str:
    """The name of a test's function, without the parameters."""
    return test.partition("[")[0]
