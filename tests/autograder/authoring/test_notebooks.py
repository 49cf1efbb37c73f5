"""The build: from what authors write to notebooks, the same bytes each time, or an error that names the place."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3 as MetadataValidator
from support import small_course

from autograder.authoring import notebooks
from labkit.course import CourseError
from labkit.environment import ROOT
from labkit.sections import fingerprint


@pytest.fixture
def top(tmp_path):
    """A small course, complete."""
    return small_course.write(tmp_path)


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write(top):
    for path, text in notebooks.build(top).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text, encoding="utf-8")


def notebook(top, folder):
    return nbformat.reads(notebooks.build(top)[notebooks.Path(folder)], as_version=4)


def grade_ids(book):
    return [cell.metadata.nbgrader.grade_id for cell in book.cells if "nbgrader" in cell.metadata]


def test_the_source_has_the_solution_and_the_release_its_stub(top):
    """The source for nbgrader has the solution in its cell, the student's notebook the stub alone."""
    source = notebook(top, "source/lab01_x/lab01_x.ipynb")
    student = notebook(top, "notebooks/lab01_x.ipynb")
    cells = [next(cell for cell in book.cells if "def f" in cell.source).source for book in (source, student)]
    assert cells[0].startswith("%%section one --before setup\ndef f():")
    assert "the secret" in cells[0]
    assert cells[1] == (
        '%%section one\ndef f():\n    """Say it."""\n    # YOUR CODE: about 1 line\n    raise NotImplementedError'
    )
    assert "secret" not in nbformat.writes(student)
    assert "SOLUTION" not in nbformat.writes(student)


def test_the_headings_are_filled_in(top):
    """Titles, numbers, minutes and points come from the tables in course/."""
    text = "\n".join(cell.source for cell in notebook(top, "notebooks/lab01_x.ipynb").cells)
    assert "# Lab 01: Small\n\n*Course. 1 exercise, 1.5 points, about 10 minutes.*" in text
    assert "## 1. One\n\n*Exercise `one`: difficulty 1 of 3, about 5 minutes, 1.5 points.*" in text


@pytest.mark.parametrize("folder", ["source/lab01_x/lab01_x.ipynb", "notebooks/lab01_x.ipynb"])
def test_the_metadata_is_what_nbgrader_asks_for(top, folder):
    """The validators of nbformat and nbgrader accept it; sections are solutions, checks are locked grades."""
    book = notebook(top, folder)
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    assert grade_ids(book) == ["open", "setup", "one", "check-one"]
    kinds = {
        cell.metadata.nbgrader.grade_id: (cell.metadata.nbgrader.solution, cell.metadata.nbgrader.grade)
        for cell in book.cells
        if "nbgrader" in cell.metadata
    }
    assert kinds == {
        "open": (False, False),
        "setup": (True, False),
        "one": (True, False),
        "check-one": (False, True),
    }
    check = next(cell for cell in book.cells if cell.source.startswith("lab.check"))
    assert (check.metadata.nbgrader.points, check.metadata.nbgrader.locked) == (1.5, True)


def test_cell_ids_are_unique_and_no_cell_has_output(top):
    """Two cells that say the same have different ids; no cell has an output or a number."""
    cells = notebook(top, "notebooks/lab01_x.ipynb").cells
    assert len({cell.id for cell in cells}) == len(cells)
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.mark.program
def test_the_same_sources_make_the_same_bytes(top):
    """Two builds, whatever the seed of Python's hashes, write every file byte for byte the same."""
    program = (
        "import hashlib, sys; from pathlib import Path; from autograder.authoring.notebooks import build\n"
        "for path, text in build(Path(sys.argv[1])).items(): print(path, hashlib.sha256(text.encode()).hexdigest())"
    )
    told = []
    for seed in ("0", "1"):
        command = [sys.executable, "-c", program, str(top)]
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        told.append(subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=300).stdout)
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == 4


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "course/lab01_x.toml",
            "points = 1.5",
            "points = 1.5\npionts = 1",
            r"course/lab01_x.toml: exercise.1.pionts: unknown key",
        ),
        ("course/lab01_x.toml", 'hints = ["look"]', "", r"course/lab01_x.toml: exercise.1.hints: Field required"),
        ("course/lab01_x.toml", "points = 1.5", "points = true", r"course/lab01_x.toml: exercise.1.points: .*number"),
        (
            "course/lab01_x.md",
            "%%section one",
            "%%section two",
            r"course/lab01_x.md: the lab has no section two; it has",
        ),
        (
            "course/lab01_x.md",
            'lab.check("one")',
            "x",
            r"course/lab01_x.md: its cells should be, .*check-one; they are",
        ),
        (
            "course/lab01_x.md",
            'lab.check("one")',
            'lab.check("two")',
            r"course/lab01_x.md: lab01_x has no exercise 'two'",
        ),
        ("course/lab01_x.md", "%%section setup", "x = 1", r"course/lab01_x.md: its cells should be, .*setup"),
        (
            "course/lab01_x.md",
            "[[exercise one]]",
            "[[exercise two]]",
            r"course/lab01_x.md: lab01_x has no exercise 'two'",
        ),
        (
            "solutions/lab01_x.py",
            "    # END SOLUTION",
            "",
            r"solutions/lab01_x.py, section one: a region is never closed",
        ),
        ("solutions/lab01_x.py", "# %% one", "# %% two", r"solutions/lab01_x.py has no section: one|not have: two"),
        (
            "solutions/lab01_x.py",
            "--before setup",
            "--before two",
            r"section one: there is no section two to stand before",
        ),
    ],
)
def test_what_an_author_gets_wrong_is_named_with_its_place(top, file, old, new, problem):
    """A mistake in the course, the prose or a solution is one line that names the file and the place."""
    rewrite(top / file, old, new)
    with pytest.raises(CourseError, match=problem) as raised:
        notebooks.build(top)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    "file", ["course/course.toml", "course/lab01_x.toml", "course/lab01_x.md", "solutions/lab01_x.py"]
)
def test_a_missing_twin_is_named(top, file):
    """The order of the labs, or a lab's table, prose or solution, is missed by its name."""
    (top / file).unlink()
    with pytest.raises(CourseError, match=rf"{file.rpartition('/')[2]} is missing"):
        notebooks.build(top)


def test_what_is_out_of_date_is_named(top):
    """A built file that is missing or edited is named, with what to do."""
    write(top)
    assert notebooks.stale(top) == []
    rewrite(top / "notebooks" / "lab01_x.ipynb", "Small", "Large")
    (top / "labkit" / "course.json").unlink()
    problems = "\n".join(notebooks.stale(top))
    assert "notebooks/lab01_x.ipynb is not what the build makes: run `make build`" in problems
    assert "labkit/course.json is missing: run `make build`" in problems


def test_the_stubs_fingerprint_is_that_of_the_released_cell(top):
    """The fingerprint in course.json is the one an untouched cell of the student's notebook has."""
    built = json.loads(notebooks.build(top)[notebooks.Path("labkit/course.json")])
    cell = next(cell for cell in notebook(top, "notebooks/lab01_x.ipynb").cells if "def f" in cell.source)
    assert built["stubs"]["lab01_x"]["one"] == fingerprint(cell.source.partition("\n")[2])


def test_the_repository_is_up_to_date():
    """What is committed in notebooks/ and labkit/course.json is what the build makes."""
    assert notebooks.stale(ROOT) == []


def test_a_page_is_a_notebook_without_grades(top):
    """A page before the first lab is built with its prose and cells as they stand; nothing in it is nbgrader's."""
    page = "# Start\n\n```{code-cell} ipython3\n1 + 1\n```\n\n+++\n\nEnd.\n"
    (top / "course" / "00_start.md").write_text(page)
    built = notebooks.build(top)
    assert built == notebooks.build(top)
    for path, text in built.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    book = notebook(top, "notebooks/00_start.ipynb")
    assert [cell.source for cell in book.cells] == ["# Start", "1 + 1", "End."]
    assert not any("nbgrader" in cell.metadata for cell in book.cells)
    assert notebooks.stale(top) == []
