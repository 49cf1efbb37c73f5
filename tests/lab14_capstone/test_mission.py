"""Mission control: what it shows of a service under fire is what clients of two replicas of it have seen."""

from contextlib import closing

import pytest

from autograder.authoring import stubs
from labkit import course
from labkit.checks.servers import Servers
from labkit.environment import ROOT
from labkit.labs.lab14_capstone import mission
from labkit.module.source import Module

pytestmark = pytest.mark.sandbox

SOLUTION = (ROOT / "solutions" / "lab14_capstone.py").read_text("utf-8")


def flown(text, *faults):
    """Return the board after these faults have been brought about in a module."""
    known = course.load().lab("lab14_capstone").sections
    with closing(Servers(Module("lab14_capstone", text, [], known, {}), "rlimits")) as start:
        return mission.fly(start, mission.board(faults))


def test_a_promise_that_holds():
    """A card is green where every promise was kept, it says how many answers were right, and the score is said."""
    board = flown(stubs.unmarked(SOLUTION), "cache")
    assert board["cache"].tone == "good", board["cache"].text
    assert "right answers" in board["cache"].state
    assert "mission score 100 of 100" in str(board)


def test_a_promise_that_does_not():
    """A card shows the first request that broke a promise, in full; a service without its exercises breaks most."""
    board = flown(stubs.strip(SOLUTION), "cache", "swap")
    assert [card.tone for card in board] == ["bad", "bad"]
    assert 'PUT /admin/model {"name": "drifted"}. Promised: 422' in board["swap"].text
    assert "Got: 405" in board["swap"].text


def test_a_service_that_does_not_start():
    """What keeps both replicas from starting stands below the cards, and nothing is brought about."""
    board = flown("raise RuntimeError('no')", "cache")
    assert board["cache"].tone == "off"
    assert "RuntimeError" in str(board)
