"""Damaged notebooks, each read as it was handed in, and judged. Classes of them are in test_bad_submissions."""

import json
from functools import cache
from pathlib import Path

import pytest
from support.classroom import LAB, solved
from support.damaged import DAMAGES

from autograder.judging.judge import judge
from autograder.submissions import submission

pytestmark = pytest.mark.sandbox


@cache
def judged(text, sections, attempted):
    """Judge what was read; most damages leave the same module, which is judged once."""
    lab = submission.course().lab(LAB)
    result = judge(submission.Submission(Path(f"{LAB}.py"), lab, None, text, sections, attempted))
    return result.score, result.incidents


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_notebook(tmp_path, name):
    """What is honest in a damaged notebook keeps its marks, and what was unusual about it is said."""
    damage, points, incident = DAMAGES[name]
    (tmp_path / f"{LAB}.ipynb").write_text(json.dumps(solved()), encoding="utf-8")
    found = submission.read(damage(tmp_path), LAB)
    score, incidents = judged(found.text, found.sections, found.attempted)
    assert score == points, found.incidents
    assert incident in " ".join([*found.incidents, *incidents])
    assert all(len(line) < 500 for line in found.incidents + incidents)
