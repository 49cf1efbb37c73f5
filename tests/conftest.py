"""What several tests start from: a workbook in a folder of its own, and a lab opened in it."""

import sys

import pytest

import labkit
from labkit import lab as labs
from labkit.background import Patience
from labkit.lab import Lab

QUICK = Patience(load=1.0, start=0.6, stop=0.5, pulse=0.6)
"""Patience for tests whose subject is its end."""


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """An empty folder outside of any workbook, as the current one; stdout and stderr are put back afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(labs, "_opened", {})
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    return tmp_path


@pytest.fixture
def opened(workbook):
    """lab01 as a student finds it, nothing written yet."""
    lab = labkit.open("lab01_hello")
    yield lab
    lab.server.stop()


@pytest.fixture
def lab(opened) -> Lab:
    """lab01 with its first section written."""
    opened.write("setup", "from fastapi import FastAPI\napp = FastAPI()\nITEMS = [{'item_name': 'lamp'}]\n")
    return opened
