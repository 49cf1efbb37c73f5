"""The files that say what is in the environment."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
import yaml
from packaging.requirements import Requirement

from labkit.environment import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)
LOCK = dict(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pip_requirements():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return next(entry["pip"] for entry in listed if isinstance(entry, dict))


def test_lock_names_no_place():
    """The lock says which versions, and not where from: no address, no path, no option."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for line in text.splitlines():
        assert PIN.match(line), line
        assert "/" not in line
        assert "@" not in line


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml", "Makefile"])
def test_no_file_names_an_index(name):
    """Where packages come from is the machine's own setting."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<!emit-)index[-_]url|(?<!emit-)find[-_]links|trusted-host|file://|https?://", text)


@pytest.mark.parametrize("group", ["dependencies", "dev", "cluster"])
def test_lock_has_what_the_project_asks_for(group):
    """Each direct dependency is pinned."""
    asked = PROJECT["dependencies"] if group == "dependencies" else PROJECT["optional-dependencies"][group]
    names = {re.match(r"[\w.-]+", requirement)[0] for requirement in asked}
    assert names <= LOCK.keys()


def test_conda_environment_has_the_pins_of_the_lock():
    """A conda user gets the versions that everyone else gets."""
    pins = dict(PIN.findall("\n".join(pip_requirements())))
    assert {name: LOCK.get(name) for name in pins} == pins


def test_conda_environment_has_what_the_project_asks_for():
    """A conda user gets each run-time dependency, with its extras, and labkit itself."""
    asked = {requirement.partition(";")[0] + "==" for requirement in PROJECT["dependencies"]}
    listed = pip_requirements()
    assert {re.sub(r"==.*", "==", line) for line in listed if "==" in line} == asked
    assert "--editable ." in listed


def test_what_is_installed_is_what_the_lock_says():
    """The tests run on the versions of the lock."""
    required = [Requirement(requirement) for requirement in PROJECT["dependencies"]]
    names = [one.name for one in required if not one.marker or one.marker.evaluate()]
    assert {name: version(name) for name in names} == {name: LOCK[name] for name in names}


def test_notebooks_are_read_without_a_grammar():
    """To read a notebook takes no grammar of IRIs, which would be built anew in each process."""
    say = "import sys, nbformat; print('jsonschema' in sys.modules, 'rfc3987_syntax' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["True", "False"]
