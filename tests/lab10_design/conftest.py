"""The lab with a database, a model and origins of a test's own."""

import pytest

import labkit
from autograder.authoring import stubs
from autograder.checks import lab10_design as checks
from labkit import sections
from labkit.checks import models
from labkit.environment import ROOT

SOLUTION = {
    section.name: section.source
    for section in sections.parse(stubs.unmarked((ROOT / "solutions" / "lab10_design.py").read_text("utf-8")))
}


@pytest.fixture
def lab(workbook, monkeypatch):
    """The lab as it is opened, nothing written yet, with the model of its checks."""
    model = workbook / "model.joblib"
    model.write_bytes(models.saved(checks.MODEL, checks.KNOWN.classes, checks.KNOWN.version))
    monkeypatch.setenv("MODEL_PATH", str(model))
    for name in ("DATABASE_URL", "ALLOWED_ORIGINS"):  # what the lab sets is forgotten afterwards
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    opened = labkit.open("lab10_design")
    yield opened
    opened.server.stop()
    for origin in opened.origins:
        origin.close()


@pytest.fixture
def write(lab):
    """Writes sections as they are solved, each with a part replaced where that is said."""

    def written(*names, **changed):
        for name in names:
            old, new = changed.get(name, ("", ""))
            assert old in SOLUTION[name]
            lab.write(name, SOLUTION[name].replace(old, new) if old else SOLUTION[name])
        return lab

    return written
