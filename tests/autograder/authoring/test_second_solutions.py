"""The second solution of an exercise: taken from the corpus, sealed, and read with the checks alone."""

import json

import pytest
from support import small_course

from autograder.authoring import notebooks
from autograder.authoring.bundle import contents
from labkit.course import CourseError
from labkit.environment import ROOT
from labkit.notebook.second_solution import BUILT, opened

SEALED = notebooks.Path("labkit/notebook/second_solutions.json")
OTHER = "# In other words.\n# second: one\n\n# %% one\ndef f():\n    return 'other words'\n"


@pytest.fixture
def top(tmp_path):
    """A small course, complete, with a file of checks."""
    made = small_course.write(tmp_path)
    (made / "autograder" / "checks" / "lab01_x.py").write_text("checks")
    (made / "tests" / "lab01_x" / "alternative").mkdir(parents=True, exist_ok=True)
    return made


def read(top, checks):
    """What the built file says of the first exercise to who has these checks."""
    return opened(json.loads(notebooks.build(top)[SEALED])["lab01_x"]["one"], "one", checks)


def test_it_is_what_an_alternative_says_it_is_and_else_the_reference(top):
    """The sections that an alternative names by `# second:` are taken from it; the marks of a region are left out."""
    assert "the secret" in read(top, "checks")
    assert "SOLUTION" not in read(top, "checks")
    (top / "tests" / "lab01_x" / "alternative" / "other.py").write_text(OTHER)
    assert read(top, "checks") == "def f():\n    return 'other words'\n"
    assert read(top, "other checks") == ""


def test_an_alternative_that_names_what_it_has_not_is_named(top):
    """A section that the file lacks, or that another one has named, is an error that names the file."""
    folder = top / "tests" / "lab01_x" / "alternative"
    (folder / "a.py").write_text(OTHER.replace("second: one", "second: two"))
    with pytest.raises(CourseError, match=r"a\.py: `# second:` names two, but the file has no such section"):
        notebooks.build(top)
    for name in ("a.py", "b.py"):
        (folder / name).write_text(OTHER)
    with pytest.raises(CourseError, match=r"b\.py: `# second:` names one, but another alternative names it as well"):
        notebooks.build(top)


def test_no_file_of_the_bundle_shows_one():
    """What is sealed stands in no file that students have, neither as it is nor in parts of three lines."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in contents(ROOT)]
    given = "\n".join(texts).replace("\\n", "\n")
    shown = []
    for lab, seals in json.loads(BUILT.read_text(encoding="utf-8")).items():
        checks = (ROOT / "autograder" / "checks" / f"{lab}.py").read_text(encoding="utf-8")
        for exercise, seal in seals.items():
            lines = opened(seal, exercise, checks).rstrip("\n").splitlines()
            assert lines
            shown += [f"{lab} {exercise}"] if "\n".join(lines[-3:]) in given else []
    assert shown == []
