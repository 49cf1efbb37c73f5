"""The ratio of a service's speed to that of the given one: shown where it can be said."""

import pytest

from autograder.authoring import stubs
from labkit import course
from labkit.environment import ROOT
from labkit.labs.lab14_capstone.speed import SLICES, Speed, compare
from labkit.module.source import Module


@pytest.mark.sandbox
def test_a_service_and_the_given_one_are_asked_in_turns():
    """There is a ratio for each pair of slices; where requests are not answered, the first one is told."""
    text = stubs.unmarked((ROOT / "solutions" / "lab14_capstone.py").read_text("utf-8"))
    module = Module("lab14_capstone", text, [], course.load().lab("lab14_capstone").sections, {})
    found = compare(module, requests=32)
    assert len(found.ratios) == SLICES
    assert all(ratio > 0 for ratio in found.ratios)
    broken = Module("lab14_capstone", text + "\nasync def enter(request, scope): raise HTTPException(418)\n")
    assert str(compare(broken, requests=32)).startswith("POST /v2/predict, 32 at once: 418 ")


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ((0.5, 0.6, 0.55), "0.55 times as many answers a second as the given service (0.50 to 0.60, "),
        ((0.5, 0.7, 0.6, 0.6), "0.60 times"),
        ((0.5, 0.75, 0.6), "too noisy to say (0.50 to 0.75, "),
    ],
)
def test_what_is_said_of_ratios(ratios, said):
    """The ratio in the middle is said, unless the others lie further apart than a third of it."""
    assert str(Speed(ratios)).startswith(said)
    assert said.partition(" (")[0] in Speed(ratios).html()
