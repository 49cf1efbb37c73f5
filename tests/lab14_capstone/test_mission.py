"""Mission control: what it shows of a service under fire is what clients of two replicas of it have seen."""

import threading

import pytest
from support.live import until

from autograder.authoring import stubs
from labkit import course
from labkit.environment import ROOT
from labkit.labs.lab14_capstone.control import Control
from labkit.labs.lab14_capstone.mission import QUIET, Mission, flown
from labkit.module.source import Module

pytestmark = pytest.mark.sandbox

SOLUTION = (ROOT / "solutions" / "lab14_capstone.py").read_text("utf-8")


def module(text):
    """A student's module."""
    return Module("lab14_capstone", text, [], course.load().lab("lab14_capstone").sections, {})


def test_promises_that_hold():
    """A card is green where every promise was kept; the run can be seen again, as it was after each of its steps."""
    control = flown(module(stubs.unmarked(SOLUTION)), ["cache", "flood"])
    assert control.held, str(control)
    assert "✓ cache    held: " in str(control)
    assert "mission score 100 of 100" in control.html()
    steps = control.steps()
    assert steps.index("cache hangs") < steps.index("cache gone") < steps.index("cache back")
    assert "client-27: 429" in steps
    gone = next(place for place in control.record.moments() if str(control.record.at(place).last) == "cache gone")
    control.place = gone
    assert "cache is gone" in control.html()
    assert 'data-card="flood" data-tone="off"' in control.html()
    control.place = gone + 1
    assert "POST /v2/predict {&quot;features&quot;: [" in control.html()
    assert "x-cache: " in control.html()


def test_promises_that_do_not():
    """A card shows the first request that broke a promise, in full; a service without its exercises breaks most."""
    control = flown(module(stubs.strip(SOLUTION)), ["cache", "swap"])
    assert not control.held
    assert [control.record.now.cards[name].tone for name in ("cache", "swap")] == ["bad", "bad"]
    said = str(control).partition("✗ swap")[2]
    assert 'PUT /admin/model {"name": "drifted"}\n      expected  422' in said
    assert "got       405" in said


def test_a_mission_lasts_as_long_as_one_likes():
    """Answers come until a fault is wanted, and after it; who is started from a button's thread outlives it."""
    said = []
    mission = Mission(module(stubs.unmarked(SOLUTION)), Control(), said.append)
    button = threading.Thread(target=mission.launch)
    button.start()
    button.join()
    record = mission.control.record
    until(lambda: record.now.answers > 20 or not mission.flying)
    mission.bring("restart")
    until(lambda: not mission.busy or not mission.flying)
    before = record.now.answers
    until(lambda: record.now.answers > before + 20 or not mission.flying)
    assert record.now.up == [True, True]
    mission.bring("audit")
    mission.land()
    mission.join()
    assert [line.partition(":")[0] for line in said] == ["restart", "audit"]
    assert mission.control.record.now.up == [False, False]
    assert all(card.tone == "good" for card in record.now.cards.values()), str(mission.control)


def test_a_wrong_answer_is_seen_where_it_was_given():
    """The dot of the first wrong answer says so, the card shows it, and nobody asks until something is wanted."""
    wrong = stubs.unmarked(SOLUTION).replace('"label": served.classes[number]', '"label": "tulip"')
    mission = Mission(module(wrong))
    mission.launch()
    until(lambda: QUIET in mission.control.record.now.cards or not mission.flying)
    assert "✗ calm     broken" in str(mission.control)
    assert "tulip" in str(mission.control)
    assert 'class="broken' in mission.control.html()
    mission.end()
    mission.join()


def test_a_service_that_does_not_start():
    """What keeps both replicas from starting is said, and nothing is brought about."""
    control = flown(module("raise RuntimeError('no')"), ["cache"])
    assert "RuntimeError" in control.html()
    assert "○ cache" in str(control)
    assert not control.held


def test_a_fault_that_there_is_not():
    """The name of a fault that nobody knows is an error, before anything starts."""
    with pytest.raises(KeyError):
        flown(module(""), ["earthquake"])
