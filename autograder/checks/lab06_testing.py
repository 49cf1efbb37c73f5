"""The visible checks of lab06_testing: a student sees which broken APIs their tests let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.checks.api import exercise, weightless
from labkit.labs import lab06_testing
from labkit.labs.lab06_testing.mutants import MUTANTS
from labkit.mutation.mutant import Mutant
from labkit.mutation.result import Tried
from labkit.mutation.suite import Target

_FOLDER = Path(lab06_testing.__file__).parent
_EXERCISES = list(dict.fromkeys(mutant.exercise for mutant in MUTANTS))

TARGET = Target("labkit.labs.lab06_testing.iris_api", (_FOLDER / "iris_api.py").read_text(encoding="utf-8"), MUTANTS)
EQUIVALENTS = [(_FOLDER / "equivalent_api.py").read_text(encoding="utf-8")]


@weightless
@exercise("client_fixture")
def test_client(tried: Tried) -> None:
    """The fixture client gives a TestClient whose lifespan has run, and your tests pass in any order and alone."""
    tried.expect_client()
    tried.expect_steady()


@weightless
@exercise(*(name for name in _EXERCISES if name != "client_fixture"))
def test_steady(tried: Tried) -> None:
    """Your tests pass on the right API, in any order and alone."""
    tried.expect_steady()


@weightless
@exercise(*_EXERCISES)
def test_valid(tried: Tried) -> None:
    """Every test passes on the right API, in whatever words it is written."""
    tried.expect_valid()


@pytest.mark.parametrize("mutant", [pytest.param(m, marks=exercise(m.exercise), id=m.name) for m in MUTANTS])
def test_mutant(tried: Tried, mutant: Mutant) -> None:
    """{mutant.name}: {mutant.wrong}."""
    tried.expect_rejected(mutant)
