"""course.toml: what an author may write there, and what is said about the rest."""

import json
import re

import pytest

from labkit import course
from labkit.course import CourseError

GOOD = """
title = "T"
[[lab]]
id = "lab01_x"
title = "X"
minutes = 10
[[lab.exercise]]
id = "one"
title = "One"
points = 2
difficulty = 1
minutes = 5
hints = ["look"]
hidden = "more"
"""
SECOND = GOOD[GOOD.index("[[lab.exercise]]") :]


def read(tmp_path, text):
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    return course.read(path)


def test_a_lab_knows_its_sections_and_points(tmp_path):
    """A lab's sections are the setup and its exercises, its points their sum."""
    lab = read(tmp_path, GOOD + SECOND.replace('"one"', '"two"').replace("points = 2", "points = 0.5")).lab("lab01_x")
    assert lab.sections == ["setup", "one", "two"]
    assert lab.points == 2.5


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("minutes = 10", "minutes = 10\nminuets = 1", r"course.toml: lab.1.minuets: unknown key"),
        ("points = 2", 'points = "2"', r"course.toml: lab.1.exercise.1.points: .*number"),
        ("points = 2", "points = nan", r"lab.1.exercise.1.points: .*finite"),
        ("points = 2", "points = 0", r"lab.1.exercise.1.points: .*greater than 0"),
        ("points = 2", "", r"lab.1.exercise.1.points: Field required"),
        ("difficulty = 1", "difficulty = 4", r"exercise.1.difficulty: .*less than or equal to 3"),
        ('hints = ["look"]', "hints = []", r"exercise.1.hints: .*at least 1 item"),
        ('hints = ["look"]', 'hints = ["a", "b", "c", "d"]', r"exercise.1.hints: .*at most 3 items"),
        ('hints = ["look"]', 'hints = [""]', r"exercise.1.hints.1: .*at least 1 character"),
        ('id = "one"', 'id = "One"', r"exercise.1.id: .*match pattern"),
        ('id = "one"', 'id = "setup"', r"lab01_x: two sections are called setup"),
        ('id = "lab01_x"', 'id = "hello"', r"lab.1.id: .*match pattern"),
        ('title = "T"', "title = T", r"course.toml is not valid TOML: .*line 2"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, good, bad, problem):
    """A mistake in course.toml is an error of one line that names the place and what is wrong there."""
    with pytest.raises(CourseError) as raised:
        read(tmp_path, GOOD.replace(good, bad, 1))
    assert re.search(problem, str(raised.value))
    assert "\n" not in str(raised.value)


def test_duplicate_ids_are_refused(tmp_path):
    """Two exercises, or two labs, of one name are refused by that name."""
    with pytest.raises(CourseError, match="two sections are called one"):
        read(tmp_path, GOOD + SECOND)
    with pytest.raises(CourseError, match="two labs are called lab01_x"):
        read(tmp_path, GOOD + GOOD.replace('title = "T"', ""))


def test_every_mistake_is_said_at_once(tmp_path):
    """Two mistakes are two lines."""
    with pytest.raises(CourseError) as raised:
        read(tmp_path, GOOD.replace("points = 2", "points = 'a'").replace("minutes = 10", "minutes = 0"))
    assert len(str(raised.value).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path):
    """Where there is no course.toml the error says where it was expected, where none was built, how to build it."""
    with pytest.raises(CourseError, match=r"course\.toml is missing: expected it at"):
        course.read(tmp_path / "course.toml")
    with pytest.raises(CourseError, match="run `make build`"):
        course.load(tmp_path / "course.json")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A file that is not UTF-8 is refused by name."""
    (tmp_path / "course.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(CourseError, match=r"course\.toml is not valid TOML"):
        course.read(tmp_path / "course.toml")


def test_the_built_course_says_what_the_author_wrote(tmp_path):
    """What is built is read back as it was written, with the fingerprints of the stubs."""
    written = read(tmp_path, GOOD)
    path = tmp_path / "course.json"
    path.write_text(course.dump(written, {"lab01_x": {"one": "abc"}}), encoding="utf-8")
    built = course.load(path)
    assert built.labs == written.labs
    assert built.stubs == {"lab01_x": {"one": "abc"}}
    assert list(json.loads(path.read_text())) == ["title", "lab", "stubs"]


def test_an_unknown_name_is_answered_with_the_names_there_are(tmp_path):
    """Asking for a lab or an exercise that is not there names those that are."""
    read_course = read(tmp_path, GOOD)
    with pytest.raises(KeyError, match="There are: lab01_x"):
        read_course.lab("lab02")
    with pytest.raises(KeyError, match="It has: one"):
        read_course.lab("lab01_x").exercise("two")
