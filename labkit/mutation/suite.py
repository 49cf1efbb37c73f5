"""Which trials a student's tests go through, and what follows from what they say there.

First the whole module runs on the right API: in its order, the other way round, and each test function alone. Then,
exercise by exercise, its tests run on the right API, on others that are right in other words, and on each broken one,
in an order nobody knows. So a test cannot tell by counting, or by the clock, which of them it is on.

    fails in the first run, or on an API that is right in other words     it is named, and does not count
    passes on the right API here and fails there                          its exercise earns nothing
    passes on everything that is right, and fails on a broken API         it rejects that one
    does not end, ends the process, or leaves an override behind          it is named, and its exercise earns nothing
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import sections
from labkit.module import loading
from labkit.module.source import Module
from labkit.mutation.client import Chamber, Failure, Told
from labkit.mutation.disguise import disguise
from labkit.mutation.inside.reporter import Order
from labkit.mutation.mutant import Mutant
from labkit.mutation.result import Tried
from labkit.sections import SETUP

if TYPE_CHECKING:
    from labkit.checks.plugin import Plugin

_LEFT = ("and the tests behind it", Failure("it leaves an entry in dependency_overrides, which another test meets"))
_TRIES = 4
"""How often the first run is repeated without tests that spoil it."""
PROBE = "test_labkit_client"
"""The test that is put behind a student's own, to try the fixture `client`."""
_PROBE = f"""

def {PROBE}(client):
    from fastapi.testclient import TestClient
    assert isinstance(client, TestClient), "client is a " + type(client).__name__ + ", not a TestClient"
    reply = client.get("/readiness")
    assert reply.status_code == 200, f"GET /readiness answers {{reply.status_code}}"
"""


@dataclass(frozen=True)
class Target:
    """The API that is to be tested.

    Attributes:
        name: the module's name, under which tests import it.
        text: the right API.
        mutants: the broken forms that students know.
        equivalents: right APIs in other words.
    """

    name: str
    text: str
    mutants: Sequence[Mutant] = ()
    equivalents: Sequence[str] = ()

    def disguised(self, text: str) -> str:
        """Return a form of this API as nobody has seen it."""
        others = [self.text, *(mutant.of(self.text) for mutant in self.mutants)]
        return disguise(text, random.SystemRandom().getrandbits(60), others)


def target(run: Plugin) -> Target:
    """Return what a lab's checks want to have tested: TARGET, and every EQUIVALENTS that they have.

    Raises:
        LookupError: the lab is not about tests.
    """
    found: list[Target] = run.values("TARGET")
    if not found:
        raise LookupError("There is nothing to try here: the module of this lab is no suite of tests.")
    return replace(found[0], equivalents=[text for texts in run.values("EQUIVALENTS") for text in texts])


@dataclass
class _First:
    """What the whole module came to on the right API.

    Attributes:
        problem: why none of it could be run; empty if it could.
        left_out: why each section that was left out was, by its name.
        text: the module without those.
        sections: the section of each test.
        passed: the tests that passed in the module's order.
        wrong: those that failed.
        unsteady: those that passed, and failed elsewhere: where, and why.
        client: why the fixture `client` is not what it should be; None if it is.
    """

    problem: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    text: str = ""
    sections: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    wrong: dict[str, Failure] = field(default_factory=dict)
    unsteady: dict[str, tuple[str, Failure]] = field(default_factory=dict)
    client: Failure | None = None

    @property
    def skip(self) -> tuple[str, ...]:
        """The tests that need not run again."""
        return tuple(self.sections.keys() - self.passed)


class Suite:
    """A student's tests."""

    def __init__(
        self,
        module: Module,
        target: Target,
        chamber: Chamber,
        until: float = float("inf"),
        watch: Callable[[Mutant | None, list[str]], None] | None = None,
    ) -> None:
        """Run nothing yet.

        Args:
            module: the student's module.
            target: what it tests.
            chamber: where trials run.
            until: when the patience with it ends, on the monotonic clock.
            watch: is told of each trial as it ends, with the tests that failed there; trials of right APIs, for which
                there is no mutant, then come before the others.
        """
        self._module, self._target, self._chamber = module, target, chamber
        self._until, self._watch = until, watch
        self._random = random.SystemRandom()
        self._known: _First | None = None

    @property
    def left_out(self) -> dict[str, str]:
        """Why each section that was left out was, by its name."""
        return self._first().left_out

    def __call__(self, exercise: str, mutants: Iterable[Mutant]) -> Tried:
        """Try the tests of an exercise.

        Raises:
            SandboxError: a process could not be locked up.
        """
        first = self._first()
        tests = [name for name, section in first.sections.items() if section in ("", SETUP, exercise)]
        problem = first.problem or first.left_out.get(exercise, "")
        tried = Tried(exercise, first.text, tests, problem, first.client)
        tried.skipped = [name for name in tests if name not in {*first.passed, *first.wrong, *first.unsteady}]
        tried.wrong = {name: why for name, why in first.wrong.items() if name in tests}
        tried.unsteady = {name: why for name, why in first.unsteady.items() if name in tests}
        usable = [name for name in tests if name in first.passed]
        if not usable or tried.unsteady or problem:
            return tried
        for mutant, text in self._plan(list(mutants)):
            if time.monotonic() > self._until:
                tried.out_of_time = True
                break
            order = self._random.getrandbits(30) + 1
            told = self._trial(first.text, text, exercise=exercise, shuffle=order, skip=first.skip, plain=True)
            self._learn(tried, mutant, text, told, usable)
        tried.settle()
        return tried

    def _plan(self, mutants: list[Mutant]) -> list[tuple[Mutant | None, str]]:
        right = self._target.text
        plan: list[tuple[Mutant | None, str]] = [(None, text) for text in (right, *self._target.equivalents)]
        plan += [(mutant, mutant.of(right)) for mutant in mutants]
        if self._watch is None:
            self._random.shuffle(plan)
        return plan

    def _learn(self, tried: Tried, mutant: Mutant | None, text: str, told: Told, usable: list[str]) -> None:
        """Take in what a trial of an exercise's tests said."""
        if mutant is not None:
            tried.rejected[mutant.name] = [name for name in usable if told.outcome(name) == "failed"]
        elif text == self._target.text:
            tried.unsteady |= _differing(told, usable, "among the tests of its exercise alone, in another order")
        else:
            tried.other_words |= {name: why for name, (_, why) in _differing(told, usable, "").items()}
        if self._watch:
            self._watch(mutant, [name for name in usable if told.outcome(name) == "failed"])

    def _trial(self, module: str, source: str, **order: Any) -> Told:
        asked = Order(module, self._target.name, self._target.disguised(source), **order)
        return self._chamber.trial(asked, max(0.1, self._until - time.monotonic()))

    def _first(self) -> _First:
        """Run the whole module on the right API, once."""
        if self._known is None:
            self._known = self._run_whole()
        return self._known

    def _run_whole(self) -> _First:
        text = sections.normalise(self._module.text)
        place = Path("labs") / f"{self._module.lab}.py"
        left_out = loading.unparsable(text, place)
        first = _First(left_out=left_out)
        for _ in range(_TRIES + len(self._module.sections)):
            first.text = sections.without(text, left_out)
            told = self._trial(first.text + _PROBE, self._target.text, skip=tuple(first.unsteady))
            if told.broken and told.broken[0] in self._module.sections and told.broken[0] not in left_out:
                left_out[told.broken[0]] = told.broken[1]
            elif (name := told.unfinished) and name != PROBE:
                first.sections[name] = told.sections[name]
                first.unsteady[name] = ("in the module's order", Failure(_ended(told)))
            elif leaks := {name: told.sections[name] for name in told.leaks & told.sections.keys()}:
                first.sections |= leaks
                first.unsteady |= dict.fromkeys(leaks, _LEFT)
            else:
                break
        first.problem = _problem(told)
        first.client = told.failed.pop(PROBE, None if PROBE in told.passed else Failure("it could not be tried"))
        first.sections |= {name: section for name, section in told.sections.items() if name != PROBE}
        first.passed, first.wrong = told.passed - {PROBE}, told.failed
        self._known = first
        if first.passed and not first.problem:
            self._run_otherwise(first)
        return first

    def _run_otherwise(self, first: _First) -> None:
        """Run the whole module in another order, and each test function alone."""
        right = self._target.text
        while leaks := (told := self._trial(first.text, right, shuffle=-1, skip=first.skip)).leaks & first.passed:
            first.unsteady |= dict.fromkeys(leaks, _LEFT)
            first.passed -= leaks
        first.unsteady = _differing(told, first.passed, "after the tests below it") | first.unsteady
        told = self._trial(first.text, right, skip=first.skip, alone=True)
        first.unsteady = _differing(told, first.passed, "alone") | first.unsteady


def _differing(told: Told, names: Iterable[str], where: str) -> dict[str, tuple[str, Failure]]:
    """The tests that have not passed, although they should."""
    missing = Failure(_ended(told))
    return {name: (where, told.failed.get(name, missing)) for name in names if told.outcome(name) != "passed"}


def _ended(told: Told) -> str:
    return (
        "it did not end in time"
        if told.late
        else "it ended the process"
        if not told.whole
        else "it did not come to its end"
    )


def _problem(told: Told) -> str:
    """Why nothing could be run; empty if it could."""
    if told.broken:
        return told.broken[1]
    if not told.whole and told.late:
        return "The tests did not end in time: look for a loop or a wait."
    return "" if told.whole else "The process ended while the tests ran: look for an exit."
