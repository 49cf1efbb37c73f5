"""Files beside a module: written by a section's cell, graded from the notebook, edited by hand, judged."""

import json

import pytest

from autograder.submissions import submission
from labkit import course
from labkit.notebook.draft import Draft
from labkit.notebook.progress import Progress
from labkit.sections import Section

LAB = course.load().lab("lab07_production")
STUBS = course.load().stubs["lab07_production"]


@pytest.fixture
def draft(tmp_path):
    return Draft(tmp_path / "labs" / f"{LAB.id}.py", LAB, Progress(None))


def test_a_section_of_a_file_goes_into_the_file(draft):
    """It stands in a folder of the lab's name, and the module says nothing of it."""
    draft.write(Section("setup", "x = 1\n"))
    draft.write(Section("dockerfile", "FROM python:3.13-slim\n"))
    assert (draft.path.with_suffix("") / "Dockerfile").read_text(encoding="utf-8") == "FROM python:3.13-slim\n"
    assert "FROM" not in draft.text
    assert draft.source("dockerfile") == "FROM python:3.13-slim\n"
    assert draft.beside() == {"Dockerfile": "FROM python:3.13-slim\n"}
    assert draft.place_of("dockerfile") == "labs/lab07_production/Dockerfile"
    assert draft.edited() == []


def test_a_stub_of_comments_is_not_attempted(draft):
    """The stub of a file is comments; whoever writes a line has begun."""
    draft.write(Section("dockerfile", "# only a comment\n"))
    assert not draft.attempted("dockerfile", STUBS["dockerfile"])
    draft.write(Section("dockerfile", "FROM python\n"))
    assert draft.attempted("dockerfile", STUBS["dockerfile"])
    assert not draft.attempted("gunicorn_conf", STUBS["gunicorn_conf"])


def test_an_edit_by_hand_is_noticed_and_kept(draft):
    """A file that was edited is named, and the next run of its cell keeps a copy of it."""
    draft.write(Section("dockerfile", "FROM one\n"))
    file = draft.path.with_suffix("") / "Dockerfile"
    file.write_text("FROM two\n", encoding="utf-8")
    assert draft.edited() == ["dockerfile"]
    assert draft.write(Section("dockerfile", "FROM three\n")) == "labs/lab07_production/Dockerfile.edited1"
    assert file.with_name("Dockerfile.edited1").read_text(encoding="utf-8") == "FROM two\n"
    assert file.read_text(encoding="utf-8") == "FROM three\n"


def test_a_fresh_draft_does_not_see_files_that_lie_there(draft):
    """Where nbgrader runs a notebook, only what its own cells have written counts."""
    draft.write(Section("dockerfile", "FROM one\n"))
    fresh = Draft(draft.path, LAB, Progress(None), fresh=True)
    assert fresh.beside() == {}
    fresh.write(Section("dockerfile", "FROM two\n"))
    assert fresh.beside() == {"Dockerfile": "FROM two\n"}


def test_the_judge_takes_files_out_of_the_notebook():
    """What stands in the cells of a submitted notebook becomes the module and the files beside it."""
    book = submission.released(LAB)
    for cell in book.cells:
        if cell.source.startswith("%%section dockerfile"):
            cell.source = "%%section dockerfile\nFROM python:3.13-slim\n"
    found = submission.notebook(book, LAB, LAB.id)
    assert found.beside["Dockerfile"] == "FROM python:3.13-slim\n"
    assert found.attempted == {"dockerfile"}
    assert "FROM python" not in found.text
    assert "gunicorn.conf.py" in found.beside


def test_the_judge_finds_files_beside_a_module(tmp_path):
    """A module that is judged as a file has its files in the folder of its name."""
    path = tmp_path / f"{LAB.id}.py"
    path.write_text("app = None\n", encoding="utf-8")
    path.with_suffix("").mkdir()
    (path.with_suffix("") / "Dockerfile").write_text("FROM x\n", encoding="utf-8")
    found = submission.read(path)
    assert found.beside == {"Dockerfile": "FROM x\n"}
    assert "dockerfile" in found.attempted
    assert "gunicorn_conf" not in found.attempted


def test_the_built_course_names_the_files():
    """Which exercise writes which file stands in the built course, and nowhere for the others."""
    built = json.loads(course.BUILT.read_text(encoding="utf-8"))
    lab = next(one for one in built["lab"] if one["id"] == LAB.id)
    assert {one["id"]: one["file"] for one in lab["exercise"] if "file" in one} == LAB.files
    assert LAB.files == {"gunicorn_conf": "gunicorn.conf.py", "dockerfile": "Dockerfile"}
