"""labkit as a package: what its wheel has, what it lays, and what an image of it is made of."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import jupyterhub
import pytest
import yaml
from support.classroom import ROOT
from traitlets.config import PyFileConfigLoader

from labkit.labs.lab07_production import hadolint

pytestmark = pytest.mark.program
HUBS = (ROOT / "docs" / "jupyterhub.md").read_text(encoding="utf-8")
"""The page on hubs; that with a copy in each home is held by `tests/browser/hub.py`."""
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


def littlest(home):
    """What The Littlest JupyterHub starts, where the notebooks lie for it, and which it opens first."""
    [block] = [one for one in re.findall(r"```python\n(.*?)```", HUBS, re.DOTALL) if "/srv/labkit/bin" in one]
    (home / "workbook.py").write_text(block.replace("/srv/labkit/bin", str(home / "bin")), encoding="utf-8")
    config = PyFileConfigLoader("workbook.py", str(home)).load_config()
    return config.Spawner.cmd, config.Spawner.notebook_dir.replace("~", str(home)), config.Spawner.default_url


def kubernetes(home):
    """The same of a hub in Kubernetes, where a student's home is a volume."""
    [block] = re.findall(r"```yaml\n(.*?)```", HUBS, re.DOTALL)
    values = yaml.safe_load(block.replace("/home/jovyan", str(home)))["singleuser"]
    return values["cmd"], str(home), values["defaultUrl"]


@pytest.mark.parametrize("hub", [littlest, kubernetes])
def test_what_a_hub_is_told_to_start_is_a_students_server(hub, site, tmp_path):
    """What the page on hubs says lays the notebooks, then is the single-user server, and opens the first of them."""
    programs = {"labkit": "-m labkit", "python": "", "jupyterhub-singleuser": "-m jupyterhub.singleuser"}
    for name, module in programs.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {module} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    command, folder, first = hub(tmp_path)
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    environment = os.environ | {"HOME": str(tmp_path), "PATH": path, "PYTHONPATH": str(site)}
    said = subprocess.run(
        [*command, "--version"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=300
    ).stdout
    assert "new files in" in said
    assert said.split()[-1] == jupyterhub.__version__
    assert Path(folder + first.removeprefix("/lab/tree")).exists()
