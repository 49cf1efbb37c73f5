"""Importing this runs a few tests once: what pytest, hypothesis and the TestClient load late is then in every fork."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import pytest

from labkit.mutation.inside import run

_TESTS = """
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, strategies as st

app = FastAPI()

@app.get("/")
def root(q: int = 0):
    return {"q": q}

@pytest.fixture
def client():
    with TestClient(app) as client:
        yield client

@pytest.mark.parametrize("q", [1, 2])
def test_number(client, q):
    assert client.get("/", params={"q": q}).json() == {"q": q}

def test_wrong(client, tmp_path, monkeypatch):
    assert client.post("/", json=[1]).status_code == 200, "it is 405"

@given(st.text(max_size=3), st.lists(st.floats(), max_size=2))
def test_text(text, numbers):
    assert isinstance(text, str)
"""


def _run() -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        run.quiet_hypothesis(Path(folder))
        path = Path(folder) / "warm.py"
        path.write_text(_TESTS, encoding="utf-8")
        pytest.main([*run.OPTIONS, f"--rootdir={folder}", f"--basetemp={folder}/tmp", str(path)])


with contextlib.suppress(OSError):  # no place to write to: each trial then loads what it needs
    _run()
