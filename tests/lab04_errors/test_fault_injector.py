"""The fault injector, fired at the solution of lab04 and at its stub."""

from __future__ import annotations

import contextlib

import pytest

from autograder.authoring import stubs
from labkit.checks.servers import Servers
from labkit.labs.lab04_errors import fault_injector
from labkit.module.source import Module
from labkit.paths import HOME
from labkit.pictures import Tone
from labkit.sandbox.setup import Setup
from labkit.setup import training

pytestmark = pytest.mark.sandbox

SOURCE = (HOME / "solutions" / "lab04_errors.py").read_text(encoding="utf-8")
ROWS = {"all is well": 4, "other method": 4, "zero": 1, "no model": 1, "model raises": 1}


@pytest.fixture
def fired():
    """Fire all faults at a module, and return the grid."""
    with contextlib.ExitStack() as stack:

        def fire(text):
            start = stack.enter_context(contextlib.closing(Servers(Module("lab04_errors", text), "rlimits")))
            return fault_injector.grid(start(Setup({"MODEL_PATH": str(training.iris())})).api, start).fire()

        yield fire


def test_every_fault_comes_back_from_the_solution_as_it_should(fired, capsys):
    """The solution answers each of them as expected; each row has the cells that make sense, and a text form."""
    grid = fired(stubs.unmarked(SOURCE))
    assert [place for place, cell in grid.cells.items() if cell.tone is not Tone.GOOD] == []
    assert {row: sum(place[0] == row for place in grid.cells) for row in ROWS} == ROWS
    assert f"Fault injector: {len(grid.cells)} of {len(grid.cells)} as expected" in capsys.readouterr().out


def test_the_stub_shows_what_is_open(fired):
    """An error that is not a problem document is not as expected, even where its status is right."""
    grid = fired(stubs.strip(SOURCE))
    assert grid["other path", "GET /models/{id}"].got == "404 JSON"
    assert grid["zero", "GET /fragile"].got == "500 text"
    assert grid["all is well", "GET /fragile"].tone is Tone.GOOD
    assert grid.count(Tone.GOOD) == 1


def test_a_module_that_does_not_start_without_a_model_is_no_answer(fired):
    """Where the app does not start without a model its cell says so, and all others are fired."""
    alone = stubs.unmarked(SOURCE).replace("    try:\n        loaded", "    if True:\n        loaded", 1)
    alone = alone.replace(
        "    except Exception as problem:\n        logger.warning",
        "    if False:\n        problem = 1\n        logger.warning",
        1,
    )
    grid = fired(alone)
    assert grid["no model", "POST /predict"].got == "no answer"
    assert "lifespan raised FileNotFoundError" in grid["no model", "POST /predict"].note
    assert grid.count(Tone.BAD) == 1
