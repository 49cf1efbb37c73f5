"""A new lab: its skeleton works as it is laid, cannot be taken for finished, and overwrites nothing."""

import os
import shutil
import subprocess
import sys

import pytest
from support import small_course

from autograder.authoring import skeleton
from labkit.course import CourseError
from labkit.environment import ROOT

pytestmark = pytest.mark.program

LAB = "lab15_graphs"


@pytest.fixture
def top(tmp_path):
    """A small course, as its authors have written it."""
    return small_course.write(tmp_path)


@pytest.fixture
def empty(tmp_path):
    """A clone of the repository without any lab."""
    for folder in ("labkit", "autograder", "tests/support"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "lab[0-9]*"))
    for file in (".gitignore", "pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "course.toml").write_text('title = "Course"\nlabs = [\n]\n')
    return tmp_path


def run(top, *command):
    """Run a module of Python on the code that lies in a folder; return what it says; it has to be content."""
    env = os.environ | {"PYTHONPATH": str(top)}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=top, env=env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def content(top):
    return {path: path.read_bytes() for path in top.rglob("*") if path.is_file()}


@pytest.mark.timeout(900)
def test_a_new_lab_can_be_built_judged_and_drawn_as_it_was_laid(empty):
    """The first lab of an empty course is built and verified, its style is right, and the tests of its picture pass."""
    laid = run(empty, "autograder", "new", LAB, "Design")
    assert f"wrote course/{LAB}.toml" in laid.splitlines()
    for line in (finished := list(skeleton.unwritten(empty))):
        path = empty / line.partition(":")[0]
        path.write_text(path.read_text(encoding="utf-8").replace(skeleton.MARK, ""), encoding="utf-8")
    assert finished
    run(empty, "autograder", "build")
    assert "All is as it should be." in run(empty, "autograder", "verify")
    run(empty, "ruff", "check", "--no-cache")
    run(empty, "ruff", "format", "--check", "--no-cache")
    assert "2 passed" in run(empty, "pytest", "-p", "no:cacheprovider", f"tests/{LAB}")


def test_a_new_lab_is_the_last_of_its_course(top):
    """The new lab stands behind the others in course.toml, and has its name and title in each of its files."""
    skeleton.lay(top, LAB, "Many at once")
    assert (top / "course" / "course.toml").read_text() == small_course.COURSE.replace("\n]", f'\n    "{LAB}",\n]')
    assert 'title = "Many at once"' in (top / "course" / f"{LAB}.toml").read_text()
    assert not [path for path, text in content(top).items() if b"labNN" in text or "labNN" in str(path)]


def test_what_was_not_written_yet_is_named(top):
    """Each kind of file says at its lines what is to be written there, and says no more once it is."""
    assert list(skeleton.unwritten(top)) == []
    skeleton.lay(top, LAB, "Design")
    lines = list(skeleton.unwritten(top))
    assert {line.partition(":")[0] for line in lines} == {
        f"autograder/checks/{LAB}.py",
        f"autograder/hidden/{LAB}.py",
        f"course/{LAB}.md",
        f"course/{LAB}.toml",
        f"labkit/labs/{LAB}/lab.py",
        f"solutions/{LAB}.py",
        f"tests/{LAB}/alternative/added.py",
        f"tests/{LAB}/half/nothing_done.py",
        f"tests/{LAB}/test_picture.py",
        f"tests/{LAB}/wrong/squared.py",
    }
    assert f"course/{LAB}.md:3 is still the skeleton's: say in a sentence what the student will have built." in lines


@pytest.mark.parametrize(
    ("lab", "title", "problem"),
    [
        ("lab8", "T", "'lab8' is no name for a lab: two digits and a word, as in lab15_graphs"),
        ("lab08_Concurrency", "T", "is no name for a lab"),
        ("../lab08_x", "T", "is no name for a lab"),
        ("", "T", "is no name for a lab"),
        (LAB, " ", "is no title for a lab"),
        (LAB, 'the "best"', "is no title for a lab"),
        (LAB, "two\nlines", "is no title for a lab"),
        ("lab01_x", "T", "Nothing was written, for course/course.toml has lab01_x already."),
    ],
)
def test_a_lab_that_cannot_be_is_refused(top, lab, title, problem):
    """A name that is none, a title that is none and a lab that is there are refused, and nothing is written."""
    before = content(top)
    with pytest.raises(CourseError) as raised:
        skeleton.lay(top, lab, title)
    assert problem in str(raised.value)
    assert content(top) == before


def test_nothing_is_overwritten(top):
    """Where any of its files is there, each of these is named, and nothing is written."""
    (top / "tests" / LAB / "wrong").mkdir(parents=True)
    for path in (f"solutions/{LAB}.py", f"tests/{LAB}/wrong/squared.py"):
        (top / path).write_text("mine")
    before = content(top)
    with pytest.raises(CourseError, match=rf"already solutions/{LAB}.py, tests/{LAB}/wrong/squared.py\."):
        skeleton.lay(top, LAB, "Design")
    assert content(top) == before


def test_an_order_written_in_another_way_is_left_alone(top):
    """Where the labs do not stand one a line, the author is told how they have to stand, and nothing is written."""
    (top / "course" / "course.toml").write_text('title = "Course"\nlabs = ["lab01_x"]\n')
    before = content(top)
    with pytest.raises(CourseError, match="write its labs one a line"):
        skeleton.lay(top, LAB, "Design")
    assert content(top) == before
