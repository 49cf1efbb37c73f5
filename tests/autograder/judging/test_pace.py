"""A machine that is slow at the moment: whoever lost something to a limit of time is judged with longer limits."""

from pathlib import Path

import pytest
from support.hostile_class import SOLUTION

from autograder.judging import pace
from autograder.judging.judge import judge
from autograder.judging.tiers import probe
from autograder.submissions import submission
from labkit.sandbox.limits import Limits

pytestmark = pytest.mark.sandbox

LATE = SOLUTION.replace("# %% root\n", f"# %% root\nimport time\ntime.sleep({Limits().load + 0.3})\n")


def judged(text):
    return judge(submission.module(text, submission.course().lab("lab01_hello"), Path("lab01_hello.py")))


def test_slow_machine_costs_no_mark(monkeypatch):
    """What takes longer than a limit on a slow machine is judged again with longer limits, and the result says so."""
    monkeypatch.setattr(pace, "USUAL", 1e-9)
    result = judged(LATE)
    assert result.score == 12
    assert [incident for incident in result.incidents if "5 times as long" in incident]


def test_fast_machine_judges_once(monkeypatch):
    """Where the machine is as fast as usual, a limit is a limit."""
    monkeypatch.setattr(pace, "USUAL", 1e9)
    result = judged(LATE)
    assert result.score == 11
    assert "took longer than 5 s" in result.verdicts[0].problem
    assert result.incidents == ()


def test_nothing_is_measured_where_nothing_is_late(monkeypatch):
    """A wrong answer is judged once, however slow the machine is."""
    monkeypatch.setattr(pace, "slowness", lambda lock: pytest.fail("measured"))
    assert judged(SOLUTION.replace("Hello World", "Hello World, and more")).score == 11


def test_machine_is_measured():
    """How slow the machine is, is measured with an app in the same sandbox, and bounded."""
    tier = probe()
    assert 1 <= pace.slowness(tier.lock or tier.name) <= 5
