"""Damaged notebooks, each judged as it was handed in. Whole classes of them are in test_bad_submissions."""

import json

import pytest
from support.classroom import LAB, solved
from support.damaged import DAMAGES

from autograder.judging.judge import judge
from autograder.submissions import submission

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_notebook(tmp_path, name):
    """What is honest in a damaged notebook keeps its marks, and what was unusual about it is said."""
    damage, points, incident = DAMAGES[name]
    (tmp_path / f"{LAB}.ipynb").write_text(json.dumps(solved()), encoding="utf-8")
    result = judge(submission.read(damage(tmp_path), LAB))
    assert result.score == points, result.incidents
    assert incident in " ".join(result.incidents)
    assert all(len(line) < 500 for line in result.incidents)
