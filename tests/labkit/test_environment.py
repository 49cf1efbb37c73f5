"""The environment: what sets it up."""

import ast
import os
import re
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

from labkit import environment
from labkit.environment import ROOT, SetupError

pytestmark = pytest.mark.program


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """A workbook in a directory of its own, with a lock of two packages that are never installed."""
    (tmp_path / "requirements.lock").write_text("one==1\ntwo==2 ; python_version < '4'\n")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def bare(tmp_path):
    """An environment with nothing in it, not even pip."""
    place = tmp_path / "bare"
    venv.create(place, symlinks=True)
    return place


@pytest.fixture
def ready(bare):
    """An environment with this environment's pip in it, and nothing else."""
    here = Path(metadata.distribution("pip").locate_file("pip"))
    for path in (here, *here.parent.glob("pip-*.dist-info")):
        shutil.copytree(path, next(bare.glob("**/site-packages")) / path.name)
    return bare


@pytest.fixture
def installed(monkeypatch):
    """Records what would be installed where."""
    places = []
    monkeypatch.setattr(environment, "install", places.append)
    return places


def test_parses_on_old_pythons():
    """A Python that is too old gets as far as being told so."""
    ast.parse(Path(environment.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("old", [(3, 6, 15), (3, 10, 13)])
def test_too_old_a_python_is_told_what_is_needed(old):
    """The message names the version that is needed, the one that is there, and the command to run next."""
    with pytest.raises(SetupError) as told:
        environment.require(old)
    assert f"Python 3.11 or newer is needed, this is 3.{old[1]}." in str(told.value)
    assert "make lab PYTHON=python3." in str(told.value)


@pytest.mark.parametrize("new", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_new_enough(new):
    """Python 3.11 and everything after it will do."""
    environment.require(new)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ROOT / ".venv"),
        ({"VIRTUAL_ENV": "/my/env"}, Path("/my/env")),
        ({"CONDA_PREFIX": "/conda/envs/ml", "CONDA_DEFAULT_ENV": "ml"}, Path("/conda/envs/ml")),
        ({"CONDA_PREFIX": "/conda", "CONDA_DEFAULT_ENV": "base"}, ROOT / ".venv"),
        ({"CONDA_PREFIX": "/conda", "CONDA_DEFAULT_ENV": "base", "VIRTUAL_ENV": "/my/env"}, Path("/my/env")),
    ],
)
def test_an_active_environment_is_respected(variables, expected):
    """An active environment is used, except conda's base; without one, the workbook has its own."""
    assert environment.find(variables) == expected


def test_installs_once(workbook, bare, installed):
    """The second time nothing is installed; after a change of the lock it is again."""
    active = {"VIRTUAL_ENV": str(bare)}
    environment.setup(active)
    environment.setup(active)
    assert installed == [bare]
    (workbook / "requirements.lock").write_text("one==2\n")
    environment.setup(active)
    assert installed == [bare, bare]


def test_an_interrupted_installation_is_taken_up_again(workbook, bare, installed, monkeypatch):
    """What was not installed to the end does not count as installed, even if an earlier lock was."""
    active = {"VIRTUAL_ENV": str(bare)}
    environment.setup(active)
    (workbook / "requirements.lock").write_text("one==2\n")
    with monkeypatch.context() as patched:
        patched.setattr(environment, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            environment.setup(active)
    (workbook / "requirements.lock").write_text("one==1\ntwo==2 ; python_version < '4'\n")
    environment.setup(active)
    assert installed == [bare, bare]


def interrupt(place):
    raise KeyboardInterrupt


def test_makes_its_own_environment_where_none_is_active(workbook, installed):
    """Without an active environment there is one beside the workbook, with pip in it, and a broken one is made anew."""
    own = workbook / ".venv"
    (own / "bin").mkdir(parents=True)
    (own / "bin" / "python").symlink_to("/no/such/python")
    assert environment.setup({}) == own
    assert installed == [own]
    assert environment.call([str(environment.python(own)), "-m", "pip", "--version"]).startswith("pip ")


def test_an_active_environment_that_is_gone(workbook, tmp_path):
    """An active environment without a Python is named, and nothing is made in its place."""
    with pytest.raises(SetupError, match=r"gone has no Python\. Run deactivate"):
        environment.setup({"VIRTUAL_ENV": str(tmp_path / "gone")})
    assert not (workbook / ".venv").exists()


@pytest.fixture
def shelf(workbook, monkeypatch):
    """A workbook whose two packages, with uv and a builder, lie in a directory that only pip's configuration names."""
    shelf = workbook / "shelf"
    shelf.mkdir()
    for name in ("one", "two"):
        wheel(shelf, name, "1")
    repack(shelf, "uv", "hatchling", "editables", "packaging", "pathspec", "pluggy", "trove-classifiers")
    pins = [f"{path.name.split('-')[0]}=={path.name.split('-')[1]}" for path in shelf.iterdir()]
    (workbook / "requirements.lock").write_text("\n".join([*pins, "three==3 ; python_version < '3'"]))
    (workbook / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "labkit"\nversion = "1"\n[tool.hatch.build.targets.wheel]\nbypass-selection = true\n'
    )
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    settings = workbook / "pip.conf"
    settings.write_text(f"[global]\nno-index = true\nfind-links = {shelf}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("UV_CACHE_DIR", str(workbook / "cache"))
    return shelf


def wheel(shelf, name, version, files=(), text=""):
    """A package of one module with this text, or of these files, as an index would have it."""
    about = f"{name.replace('-', '_')}-{version}.dist-info"
    with ZipFile(shelf / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "w") as archive:
        for path, target in files or [(None, f"{name}.py")]:
            archive.write(path, target) if path else archive.writestr(target, text)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        record = "".join(f"{target},,\n" for target in archive.namelist())
        archive.writestr(f"{about}/RECORD", record + f"{about}/RECORD,,\n")


def repack(shelf, *names):
    """Makes wheels again of packages that are installed here."""
    for name in names:
        distribution = metadata.distribution(name)
        files = []
        for path in distribution.files:
            target = str(path)
            if path.parts[:3] == ("..", "..", ".."):
                target = f"{name}-{distribution.version}.data/scripts/{path.name}" if name == "uv" else ""
            if target and not path.match("*.pyc") and path.name not in {"METADATA", "WHEEL", "RECORD"}:
                files.append((distribution.locate_file(path), target))
        wheel(shelf, name, distribution.version, files)


def installer_of(place, name):
    """What has installed a package into an environment."""
    return next(place.glob(f"**/site-packages/{name}-*.dist-info/INSTALLER")).read_text().strip()


def test_uv_installs_what_pip_is_configured_to_find(workbook, bare, shelf, capsys):
    """Where pip can bring uv, uv installs the lock and labkit itself, from where pip is told to look, compiled."""
    environment.setup({"VIRTUAL_ENV": str(bare)})
    assert [installer_of(bare, name) for name in ("uv", "one", "two", "labkit")] == ["pip", "uv", "uv", "uv"]
    assert list(bare.glob("**/site-packages/__pycache__/one.*.pyc"))
    assert not list(bare.glob("**/three*"))
    count = len(list(shelf.iterdir())) + 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"Installing {count} packages into bare, once.",
        *(f"  {done} of {count}" for done in [*range(0, count, count // 10 + 1), count]),
    ]


@pytest.mark.parametrize("lack", ["no wheel of uv", "uv does not start", "uv finds no package"])
def test_pip_installs_where_uv_does_not(workbook, ready, shelf, monkeypatch, capsys, lack):
    """Where uv cannot be had, does not start or cannot install, pip installs everything, and one line says so."""
    uv = next(shelf.glob("uv-*"))
    if lack == "no wheel of uv":
        pins = (workbook / "requirements.lock").read_text().splitlines()
        (workbook / "requirements.lock").write_text("\n".join(pin for pin in pins if not pin.startswith("uv==")))
    elif lack == "uv does not start":
        uv.unlink()
        wheel(shelf, "uv", uv.name.split("-")[1], text="raise SystemExit('made for another machine')")
    else:
        monkeypatch.setattr(environment, "UV_VARIABLES", {"no-index": "UV_OFFLINE"})
    environment.setup({"VIRTUAL_ENV": str(ready)})
    assert [installer_of(ready, name) for name in ("one", "two", "labkit")] == ["pip"] * 3
    assert capsys.readouterr().out.count("so pip does") == 1


def test_what_was_half_installed_is_installed_anew(workbook, ready, shelf):
    """After an interruption in the middle of a package the next set-up makes that package whole."""
    active = {"VIRTUAL_ENV": str(ready)}
    environment.setup(active)
    module = next(ready.glob("**/site-packages/one.py"))
    module.unlink()
    (ready / environment.INSTALLED).unlink()
    (ready / environment.UNDER_WAY).write_text("one==1\n")
    environment.setup(active)
    assert module.exists()
    assert not (ready / environment.UNDER_WAY).exists()


def test_in_a_terminal_the_progress_is_one_line(monkeypatch, capsys):
    """In a terminal the line that says how far it is is written over."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    environment.progress(25, 247)
    environment.progress(50, 247)
    assert capsys.readouterr().out == "\r  25 of 247\r  50 of 247"


def test_what_pip_is_told_uv_is_told(monkeypatch, tmp_path):
    """Whatever pip is told of indexes, certificates and proxies is told to uv, a variable before a file."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\n" + "".join(f"{option} =\n  one\n  two\n" for option in environment.UV_VARIABLES))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    told = environment.pip_settings(Path(sys.prefix))
    expected = dict.fromkeys(environment.UV_VARIABLES.values(), "one two")
    assert told == {**expected, "UV_FIND_LINKS": "one,two", "UV_DEFAULT_INDEX": "mirror"}


def test_pip_that_fails(workbook, ready, shelf, capsys):
    """Where pip fails as well, the message has what it said and what to do, and the next run tries again."""
    next(shelf.glob("two-*")).unlink()
    for _ in range(2):
        with pytest.raises(SetupError, match=r"(?s)No matching distribution found for two==1.*then run make again"):
            environment.setup({"VIRTUAL_ENV": str(ready)})
    assert capsys.readouterr().out.count("packages into bare, once.") == 2


def test_run_makes_the_environment_active(bare):
    """What is started finds the environment's commands first on its path, and the exit status comes back."""
    program = "import os, sys; print(os.environ['PATH'].split(os.pathsep)[0]); sys.exit(7)"
    (bare / environment.INSTALLED).write_text(environment.fingerprint(sys.version_info[:3]))
    answer = subprocess.run(
        [sys.executable, environment.__file__, "run", "-c", program],
        env={**os.environ, "VIRTUAL_ENV": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout.strip()) == (7, str(environment.scripts(bare))), answer.stderr


@pytest.mark.parametrize("package", ["labkit", "autograder"])
def test_another_python_is_told_which_one_it_takes(package):
    """A command in a shell where the environment is not active says in a sentence how to make it so."""
    command = [sys.executable, "-S", "-m", package, "--help"]  # without its packages, as a system's Python is
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert ". .venv/bin/activate" in answer.stderr


def test_package_has_what_a_student_may_have(tmp_path):
    """The package holds labkit and the visible checks, and nothing of the judge, the solutions or the hidden checks."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "labkit/__init__.py" in names
    assert all(re.match(r"labkit/|autograder/checks/|labkit-[\d.]+\.dist-info/", name) for name in names), names


def test_makefile_explains_each_verb():
    """`make help` lists every verb with what it does."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    answer = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make ([a-z]+) +\S", answer.stdout, re.MULTILINE)) == verbs
