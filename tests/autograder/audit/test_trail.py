"""The log of marks has every change with its reason, once, whatever ends a run."""

from dataclasses import replace

import pytest

from autograder.audit.basis import Basis, kept, reasons
from autograder.audit.trail import FILE, Trail
from labkit import course

LAB = course.load().lab("lab01_hello")
ROOT, PATH = LAB.exercises[0], LAB.exercises[1]
WORTH = {exercise.id: exercise.points for exercise in LAB.exercises}
FIRST = Basis({ROOT.id: 0.0, PATH.id: 2.0}, {}, {}, 0.0, WORTH, "notebook", "judge")

CHANGES = {
    "handed in anew": replace(FIRST, automatic={ROOT.id: 1.0, PATH.id: 2.0}, submission="another", judge="other"),
    "the checks have changed": replace(FIRST, automatic={ROOT.id: 1.0, PATH.id: 2.0}, judge="other"),
    "judged again": replace(FIRST, automatic={ROOT.id: 1.0, PATH.id: 2.0}),
    "marked by hand": replace(FIRST, manual={ROOT.id: 1.0}),
    "it is worth 5 instead of 1": replace(FIRST, automatic={ROOT.id: 5.0, PATH.id: 2.0}, worth={**WORTH, ROOT.id: 5.0}),
    "lost by being late: 0 → 0.5": replace(FIRST, penalty=0.5),
    "out of 16 points instead of 12": replace(FIRST, worth={**WORTH, ROOT.id: 5.0}),
}


@pytest.mark.parametrize("why", CHANGES)
def test_a_change_has_its_reason(why):
    """What has brought a change about is said in words, with the exercise by its title."""
    (said,) = reasons(FIRST, CHANGES[why], LAB)
    assert why in said
    assert said == why or said.startswith(f"{ROOT.title}: 0 → ")


def test_the_mark_of_a_human_is_no_change():
    """Where a human has marked and the checks say something else, the mark stays, and that it does can be said."""
    marked = replace(FIRST, manual={ROOT.id: 0.5})
    now = replace(marked, automatic={ROOT.id: 1.0, PATH.id: 2.0}, judge="other")
    assert reasons(marked, now, LAB) == []
    assert kept(marked, now, LAB) == [f"{ROOT.title}: stays 0.5 as marked by hand; the checks alone say 0 → 1"]


def test_what_was_written_down_is_written_once(tmp_path):
    """A second run over the same marks adds nothing; a line that was not written to its end is written anew."""
    assert [change.reasons for change in Trail(tmp_path).note(LAB, [("ada", FIRST), ("bob", FIRST)])] == [
        ("first mark",)
    ] * 2
    assert Trail(tmp_path).note(LAB, [("ada", FIRST), ("bob", FIRST)]) == []
    text = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(text[:-20])
    trail = Trail(tmp_path)
    assert [change.student for change in trail.note(LAB, [("ada", FIRST), ("bob", FIRST)])] == ["bob"]
    trail.note(LAB, [("ada", CHANGES["handed in anew"])])
    lines = [change.line for change in Trail(tmp_path).of("ada", LAB.id)]
    assert lines == ["– → 2 of 12: first mark", f"2 → 3 of 12: {ROOT.title}: 0 → 1, handed in anew"]
    assert len(Trail(tmp_path).of()) == 3
