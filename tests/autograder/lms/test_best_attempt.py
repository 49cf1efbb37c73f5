"""Of several attempts the best can be taken, which is found by judging them."""

import json

import pytest
from support.archives import archive
from support.classroom import LAB, released, run, solved

pytestmark = pytest.mark.sandbox


def test_the_best_attempt_is_taken_after_what_lateness_costs(tmp_path):
    """Who made it worse keeps the better one, and who was so late that it costs more than it gained keeps the first."""
    good, nothing = json.dumps(solved()), json.dumps(released())
    half = json.dumps(solved()).replace("Hello World", "Hello, World")
    name = "Lab_{}_attempt_2026-03-{:02}-12-00-00_lab01_hello.ipynb"
    files = {("worse", 1): good, ("worse", 2): nothing, ("late", 1): half, ("late", 9): good}
    archive(tmp_path / "all.zip", {name.format(who, day): text for (who, day), text in files.items()})
    rules = f'attempts = "best"\ntimezone = "UTC"\n[due]\n{LAB} = 2026-03-03\n[late]\nzero_after_days = 1\n'
    (tmp_path / "class.toml").write_text(rules, encoding="utf-8")
    run("-m", "autograder", "collect", "--from", "all.zip", cwd=tmp_path)
    taken = {student: tmp_path / "submitted" / student / LAB / f"{LAB}.ipynb" for student in ("worse", "late")}
    assert taken["worse"].read_text(encoding="utf-8") == good
    assert taken["late"].read_text(encoding="utf-8") == half
