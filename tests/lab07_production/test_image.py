"""The image of the reference Dockerfile, built and run where an engine answers."""

from pathlib import Path

import pytest

from autograder.authoring.stubs import unmarked
from labkit.environment import ROOT
from labkit.labs.lab07_production import engine

SOLUTION = ROOT / "solutions" / "lab07_production.py"


def files():
    folder = SOLUTION.with_suffix("")
    return {path.name: unmarked(path.read_text(encoding="utf-8")) for path in folder.iterdir() if path.is_file()}


def test_the_folder_of_a_build_has_what_the_contract_names(tmp_path: Path):
    """It has the module, the files beside it, and requirements with the versions that are installed here."""
    engine.lay_out(tmp_path, SOLUTION.name, "x = 1\n", files())
    assert {path.name for path in tmp_path.iterdir()} == {
        "Dockerfile",
        "gunicorn.conf.py",
        "lab07_production.py",
        "requirements.txt",
    }
    pins = (tmp_path / "requirements.txt").read_text(encoding="utf-8").split()
    assert all("==" in pin for pin in pins)
    assert any(pin.startswith("uvicorn-worker==") for pin in pins)


@pytest.mark.timeout(1200)
def test_the_image_is_built_and_well():
    """The reference Dockerfile builds, and its container's health check says that it is well."""
    if engine.engine() is None:
        pytest.skip("Neither podman nor docker answers on this machine, so no image was built and run.")
    ran = engine.run(SOLUTION.name, unmarked(SOLUTION.read_text(encoding="utf-8")), files())
    assert ran.built, ran.log
    assert ran.health == "healthy", ran.log
