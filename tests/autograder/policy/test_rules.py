"""What class.toml says, and what it comes to."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from autograder.policy import rules, totals
from autograder.policy.rules import Late
from labkit.course import CourseError
from labkit.environment import ROOT

LABS = ["lab01_hello", "lab02_validation", "lab03_serving"]


def read(place, text):
    (place / "class.toml").write_text(text, encoding="utf-8")
    return rules.load(place)


@pytest.mark.parametrize(
    ("hours", "lost"), [(0, 0), (0.25, 0), (0.26, 1), (24, 1), (24.1, 2), (71, 3), (73, 4), (100, 4), (169, 10)]
)
def test_lateness_costs_by_the_day_begun(hours, lost):
    """Nothing in the time of grace, a share for each day begun, never more than the most, and all of it in the end."""
    late = Late(grace_minutes=15, per_day=0.1, at_most=0.4, zero_after_days=7)
    assert late.penalty(10.0, 3600 * hours) == lost


def test_due_dates_and_extensions(tmp_path):
    """A date ends with its day in the class's zone; an extension is by days, until a date, for a lab or for all."""
    policy = read(
        tmp_path,
        'timezone = "America/New_York"\n[due]\nlab01_hello = 2026-03-01\nlab02_validation = 2026-03-05T12:00:00Z\n'
        '[[extension]]\nstudent = "ada"\ndays = 2\n'
        '[[extension]]\nstudent = "bob"\nlab = "lab01_hello"\ndue = 2026-02-01\n'
        '[[extension]]\nstudent = "eve"\nlab = "lab01_hello"\ndue = 2026-03-04T04:59:59Z\n',
    )
    assert policy.deadline("lab01_hello") == datetime(2026, 3, 2, 4, 59, 59, tzinfo=UTC)
    assert policy.deadline("lab03_serving") is None
    given = {who: policy.extension("lab01_hello", who) for who in ("ada", "bob", "eve", "dan")}
    assert given == {"ada": timedelta(days=2), "bob": None, "eve": timedelta(days=2), "dan": None}
    assert policy.extension("lab02_validation", "ada") == timedelta(days=2)
    assert policy.extension("lab02_validation", "eve") is None


def test_dropped_excused_and_best_labs(tmp_path):
    """A dropped lab counts for nobody, an excused one not for its student, and of the others only the best by share."""
    policy = read(
        tmp_path,
        '[total]\ndrop = ["lab03_serving"]\nbest = 1\n'
        '[[extension]]\nstudent = "ada"\nlab = "lab01_hello"\nexcused = true\n',
    )
    points = dict(zip(LABS, (12.0, 15.0, 14.0), strict=True))
    marks = dict(zip(LABS, (12.0, 14.0, 14.0), strict=True))
    found = totals.total(policy, "bob", marks, points)
    assert (found.points, found.of, found.percent, found.counted) == (12, 12, 100, {"lab01_hello"})
    found = totals.total(policy, "ada", marks, points)
    assert (found.points, found.of, found.counted) == (14, 15, {"lab02_validation"})
    assert totals.total(policy, "eve", dict.fromkeys(LABS), points).points == 0
    assert any("Each student's 1 best" in said for said in totals.words(policy))
    assert totals.total(read(tmp_path, ""), "bob", marks, points).of == 41


def test_a_lab_counts_once_somebody_has_handed_it_in(tmp_path):
    """In the middle of a term a share is one of the labs so far; who has handed in none of them has earned nothing."""
    marks = {LABS[0]: {"ada": 12.0, "bob": 6.0}, LABS[1]: {"ada": 15.0}, LABS[2]: {}}
    points = dict(zip(LABS, (12.0, 15.0, 14.0), strict=True))
    found = totals.of_class(read(tmp_path, ""), ["ada", "bob", "eve"], marks, points)
    assert [(one.points, one.of) for one in found.values()] == [(27, 27), (6, 27), (0, 27)]


def test_the_file_of_the_readme_is_one(tmp_path):
    """What the README shows of class.toml can be copied as it is, and has every word that there is."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    policy = read(tmp_path, re.search(r"^```toml\n(timezone.*?)^```", text, re.MULTILINE | re.DOTALL)[1])
    assert policy.model_fields_set == {*type(policy).model_fields}
    assert policy.late.model_fields_set == {*Late.model_fields}


BAD = {
    "due = 3": "due: ",
    "[due]\nlab99_none = 2026-01-01": "there is no lab lab99_none",
    "[late]\nper_day = 10": "late.per_day: ",
    'timezone = "Mars"': "timezone: there is no 'Mars'",
    '[[extension]]\nstudent = "ada"\ndays = 1\nexcused = true': "say one of days, due and excused",
    '[[extension]]\nstudent = "ada"\ndue = 2026-01-01': "say for which lab",
    "[due": "cannot be read",
    'attempts = "first"': "attempts: ",
}


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_meant_is_refused(tmp_path, text):
    """A word, a lab, a share or a zone that there is not is an error that names the file and the place."""
    with pytest.raises(CourseError, match=r"^class\.toml") as raised:
        read(tmp_path, text)
    assert BAD[text] in str(raised.value)
