"""What `make verify` keeps of its results, and `make quick` takes in place of judging again."""

from dataclasses import replace

import pytest
from support.classroom import LAB

from autograder.grading import unchanged
from autograder.grading.store import Store
from autograder.judging import tiers
from autograder.submissions import submission

pytestmark = pytest.mark.sandbox


def test_results_are_kept_and_taken_where_that_is_asked_for(tmp_path):
    """What has not changed is taken from the folder, what has or is forgotten is judged; without --changed all is."""
    right = submission.solution(submission.course().lab(LAB))
    judged = unchanged.judge_kept(tmp_path, [right], changed=False)
    assert judged[0].score == right.lab.points
    old = judged[0].noting("This one was kept.")
    with Store(tmp_path) as store:
        store.keep(unchanged._key(right, tiers.probe().name), old)
    broken = replace(right, text=right.text.replace("Hello World", "Hello"))
    kept, worse = unchanged.judge_kept(tmp_path, [right, broken], changed=True)
    assert (kept, worse.score < kept.score) == (old, True)
    unchanged.forget(tmp_path, [broken])
    assert unchanged.judge_kept(tmp_path, [right, broken], changed=True)[0] == old
    unchanged.forget(tmp_path, [right])
    assert unchanged.judge_kept(tmp_path, [right], changed=True)[0].incidents == judged[0].incidents
    assert unchanged.judge_kept(tmp_path, [right], changed=False)[0].incidents == judged[0].incidents
    assert unchanged.judge_kept(tmp_path, [right], changed=True)[0].incidents == judged[0].incidents
