"""labkit as a package: what its wheel has, what it lays, and what an image of it is made of."""

import os
import re
import subprocess
import sys
import zipfile

import pytest
from support.classroom import ROOT

from labkit.labs.lab07_production import hadolint

pytestmark = pytest.mark.program
MODULE = """# %% setup
from fastapi import FastAPI
app = FastAPI()

# %% root
@app.get("/")
def root():
    return {"message": "Hello World"}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder into which the wheel of labkit was installed, and nothing else."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    [wheel] = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place / "site")
    return place / "site"


def labkit(site, cwd, *arguments, expect=0):
    """What the command says."""
    done = subprocess.run(
        [sys.executable, "-m", "labkit", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(site)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == expect, done.stdout
    return done.stdout


def test_wheel_has_what_a_student_may_have(site):
    """The wheel brings labkit, the visible checks, all notebooks and the command; no solution, no hidden check."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    notebooks = {f"labkit/workbook/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks < files
    assert {path for path in files if path.startswith("autograder/")} == {
        f"autograder/checks/{path.name}" for path in (ROOT / "autograder" / "checks").glob("*.py")
    }
    assert not any("solutions/" in path or "hidden" in path for path in files)
    [commands] = site.glob("*.dist-info/entry_points.txt")
    assert "labkit = labkit.__main__:cli" in commands.read_text(encoding="utf-8")


def test_notebooks_are_laid_once_and_work(site, tmp_path):
    """What is missing is laid, a student's own stays as it is, and a check finds the module of this workbook."""
    top = tmp_path / "mine"
    assert "new files in" in labkit(site, tmp_path, "workbook", "mine")
    edited, lost = top / "notebooks" / "lab01_hello.ipynb", top / "notebooks" / "lab02_validation.ipynb"
    edited.write_text("mine", encoding="utf-8")
    lost.unlink()
    assert "1 new files in" in labkit(site, tmp_path, "workbook", "mine")
    assert edited.read_text(encoding="utf-8") == "mine"
    assert lost.exists()
    (top / "labs" / "lab01_hello.py").write_text(MODULE, encoding="utf-8")
    assert "root: correct" in labkit(site, top / "notebooks", "check", "lab01_hello", "root")
    (tmp_path / "file").write_text("")
    assert "labkit lab FOLDER" in labkit(site, tmp_path, "workbook", "file", expect=2)


def test_image_is_made_of_what_a_student_may_have():
    """The Dockerfile passes its linter, and copies what is there, and nothing of what only an instructor has."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert hadolint.lint(text) == []
    copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert {"labkit", "notebooks", "autograder/checks"} <= set(copied)
    assert all((ROOT / path).exists() for path in copied)
    assert not {"solutions", "autograder", "tests", "course", "."} & set(copied)
