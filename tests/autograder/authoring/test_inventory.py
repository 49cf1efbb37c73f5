"""The inventory: what is missing in the places of the labs, and what nobody expects there."""

import pytest
from support import small_course

from autograder.authoring import inventory
from labkit.environment import ROOT


@pytest.fixture
def top(tmp_path):
    """A small course, complete."""
    put(tmp_path, "notebooks/lab01_x.ipynb")
    return small_course.write(tmp_path)


def put(top, path):
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).touch()


def test_the_repository_has_what_it_should_and_nothing_else():
    """Every file in the places of the labs is one that somebody reads."""
    assert inventory.problems(ROOT) == []


@pytest.mark.parametrize(
    "path",
    [
        "course/00_start.md",
        "autograder/hidden/lab01_x/helper.py",
        "labkit/labs/__init__.py",
        "labkit/labs/lab01_x/lab.py",
        "labkit/labs/lab01_x/picture.css",
        "labkit/labs/lab01_x/picture.js",
        "tests/lab01_x/wrong/mistake.py",
        "tests/lab01_x/half/nothing.py",
        "tests/lab01_x/test_picture.py",
        "tests/labkit/notes.txt",
        "labkit/labs/lab01_x/__pycache__/lab.cpython-311.pyc",
        "labkit/labs/lab99_z/__pycache__/lab.cpython-311.pyc",
        "notebooks/lab01_x.py",
    ],
)
def test_what_a_lab_may_have_is_expected(top, path):
    """What a lab may have, what belongs to no lab, and what Git passes over is not complained of."""
    put(top, path)
    assert inventory.problems(top) == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("solutions/lab02_y.py", "solutions/lab02_y.py"),
        ("course/lab02_y.toml", "course/lab02_y.toml"),
        ("labkit/labs/lab99/__init__.py", "labkit/labs/lab99"),
        ("tests/lab99_x/wrong/a.py", "tests/lab99_x"),
    ],
)
def test_what_belongs_to_no_lab_is_named(top, path, named):
    """A file of a lab that the course does not have is named, or the highest folder that has nothing else."""
    put(top, path)
    assert inventory.problems(top) == [f"{named} belongs to no lab of course.toml: remove it or add its lab"]


@pytest.mark.parametrize(
    ("path", "named", "beside"),
    [
        ("tests/lab01_x/wrnog/a.py", "tests/lab01_x/wrnog", "alternative/, half/, test_*.py, wrong/"),
        ("tests/lab01_x/wrong/a.txt", "tests/lab01_x/wrong/a.txt", "*.py"),
        ("tests/lab01_x/wrong/deep/a.py", "tests/lab01_x/wrong/deep", "*.py"),
        ("course/notes.txt", "course/notes.txt", "00_*.md, course.toml, labNN_slug.md, labNN_slug.toml"),
        ("solutions/lab01_x/Dockerfile", "solutions/lab01_x", "labNN_slug.py"),
        ("notebooks/00_start.ipynb", "notebooks/00_start.ipynb", "labNN_slug.ipynb"),
    ],
)
def test_what_nobody_reads_is_named(top, path, named, beside):
    """A file of no known name is named, or the highest folder of no known name, with the names that are known there."""
    put(top, path)
    advice = f"is read by nobody: remove it, or give it its right name; beside it are {beside}"
    assert inventory.problems(top) == [f"{named} {advice}"]


def test_a_file_beside_the_module_is_expected_where_an_exercise_writes_it(top):
    """The file of an exercise may lie beside the solution, and be wrong in a file of its own."""
    table = top / "course" / "lab01_x.toml"
    table.write_text(table.read_text() + 'file = "Dockerfile"\n')
    put(top, "solutions/lab01_x/Dockerfile")
    put(top, "tests/lab01_x/wrong/root.Dockerfile")
    assert inventory.problems(top) == []
    put(top, "tests/lab01_x/wrong/root.Dockerfil")
    (line,) = inventory.problems(top)
    assert line.endswith(r"beside it are *.Dockerfile, *.py")


def test_a_lab_without_checks_is_named(top):
    """A lab that lacks its visible or its hidden checks is named, with what to do."""
    (top / "autograder" / "hidden" / "lab01_x.py").unlink()
    assert inventory.problems(top) == ["autograder/hidden/lab01_x.py is missing: write its checks"]
