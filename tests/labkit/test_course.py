"""course.toml and the tables of the labs: what an author may write there, and what is said about the rest."""

import json
import re

import pytest

from labkit import course
from labkit.course import CourseError

COURSE = 'title = "T"\nlabs = ["lab01_x"]\n'
GOOD = """
title = "X"
minutes = 10
[[exercise]]
id = "one"
title = "One"
points = 2
difficulty = 1
minutes = 5
hints = ["look"]
hidden = "more"
"""
SECOND = GOOD[GOOD.index("[[exercise]]") :]


def read(tmp_path, lab, order=COURSE):
    """Read a course whose labs have all the same table."""
    folder = tmp_path / "course"
    folder.mkdir(exist_ok=True)
    (folder / "course.toml").write_text(order, encoding="utf-8")
    for name in ("lab01_x", "lab02_y"):
        (folder / f"{name}.toml").write_text(lab, encoding="utf-8")
    return course.read(folder / "course.toml")


def test_a_lab_knows_its_sections_and_points(tmp_path):
    """A lab's sections are the setup and its exercises, its points their sum."""
    lab = read(tmp_path, GOOD + SECOND.replace('"one"', '"two"').replace("points = 2", "points = 0.5")).lab("lab01_x")
    assert lab.sections == ["setup", "one", "two"]
    assert lab.points == 2.5


def test_the_labs_stand_in_the_order_of_the_course(tmp_path):
    """The order is that of course.toml, whatever the labs are called."""
    backwards = read(tmp_path, GOOD, 'title = "T"\nlabs = ["lab02_y", "lab01_x"]')
    assert [lab.id for lab in backwards.labs] == ["lab02_y", "lab01_x"]


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("minutes = 10", "minutes = 10\nminuets = 1", r"^course/lab01_x.toml: minuets: unknown key"),
        ("points = 2", 'points = "2"', r"^course/lab01_x.toml: exercise.1.points: .*number"),
        ("points = 2", "points = nan", r"lab01_x.toml: exercise.1.points: .*finite"),
        ("points = 2", "points = 0", r"lab01_x.toml: exercise.1.points: .*greater than 0"),
        ("points = 2", "", r"lab01_x.toml: exercise.1.points: Field required"),
        ("difficulty = 1", "difficulty = 4", r"exercise.1.difficulty: .*less than or equal to 3"),
        ('hints = ["look"]', "hints = []", r"exercise.1.hints: .*at least 1 item"),
        ('hints = ["look"]', 'hints = ["a", "b", "c", "d"]', r"exercise.1.hints: .*at most 3 items"),
        ('hints = ["look"]', 'hints = [""]', r"exercise.1.hints.1: .*at least 1 character"),
        ('id = "one"', 'id = "One"', r"exercise.1.id: .*match pattern"),
        ('id = "one"', 'id = "setup"', r"lab01_x: two sections are called setup"),
        (
            "minutes = 10",
            'minutes = 10\nid = "lab02_y"',
            r"^course/lab01_x.toml: id: remove it; the file's name says it",
        ),
        ('title = "X"', "title = X", r"^course/lab01_x.toml is not valid TOML: .*line 2"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, good, bad, problem):
    """A mistake in a lab's table is an error of one line that names the place and what is wrong there."""
    with pytest.raises(CourseError) as raised:
        read(tmp_path, GOOD.replace(good, bad, 1))
    assert re.search(problem, str(raised.value))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (COURSE.replace("lab01_x", "hello"), r"labs.1: .*match pattern"),
        (COURSE + "lab = []", r"lab: unknown key"),
        (COURSE.replace('"lab01_x"', ""), r"labs: .*at least 1 item"),
        (COURSE.replace('"lab01_x"', '"lab01_x", "lab01_x"'), r"two labs are called lab01_x"),
    ],
)
def test_a_mistake_in_the_order_is_named_with_its_place(tmp_path, order, problem):
    """A mistake in course.toml is an error of one line that names the place and what is wrong there."""
    with pytest.raises(CourseError, match=rf"^course/course.toml: {problem}") as raised:
        read(tmp_path, GOOD, order)
    assert "\n" not in str(raised.value)


def test_duplicate_ids_are_refused(tmp_path):
    """Two exercises of one name are refused by that name."""
    with pytest.raises(CourseError, match="two sections are called one"):
        read(tmp_path, GOOD + SECOND)


def test_every_mistake_is_said_at_once(tmp_path):
    """Two mistakes are two lines, in each lab that has them."""
    bad = GOOD.replace("points = 2", "points = 'a'").replace("minutes = 10", "minutes = 0")
    with pytest.raises(CourseError) as raised:
        read(tmp_path, bad, COURSE.replace('"lab01_x"', '"lab01_x", "lab02_y"'))
    places = [line[:19] for line in str(raised.value).splitlines()]
    assert places == ["course/lab01_x.toml", "course/lab01_x.toml", "course/lab02_y.toml", "course/lab02_y.toml"]


def test_a_missing_file_is_named(tmp_path):
    """Where a file is missing the error says where it was expected, or which one to write, or how to build it."""
    with pytest.raises(CourseError, match=r"course\.toml is missing: expected it at"):
        course.read(tmp_path / "course.toml")
    (tmp_path / "course.toml").write_text(COURSE)
    with pytest.raises(CourseError, match=r"lab01_x\.toml is missing: write the lab's table, or take the lab out"):
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
