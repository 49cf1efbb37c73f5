"""A lab whose module is a suite of tests, as a student has it: the server, the verdicts, the arena."""

import subprocess
import sys
from pathlib import Path

import pytest

import labkit
from autograder.authoring.stubs import unmarked
from labkit.verdict import Outcome

SETUP = "import pytest\nfrom fastapi.testclient import TestClient\nfrom labkit.labs.lab06_testing import iris_api\n"
CLIENT = """
@pytest.fixture
def client():
    with TestClient(iris_api.create_app()) as client:
        yield client
"""
WEAK = "def test_ready(client):\n    assert client.get('/readiness').status_code == 200\n"
STRONGER = "def test_loaded(client):\n    assert client.get('/health').json()['model_loaded']\n"

pytestmark = pytest.mark.sandbox


@pytest.fixture
def lab(workbook):
    opened = labkit.open("lab06_testing")
    yield opened
    opened.server.stop()


def test_the_server_serves_what_is_to_be_tested(lab):
    """The API answers before anything is written, and goes on whatever is written."""
    assert lab.client.get("/readiness").json() == {"status": "ready"}
    said = lab.write("setup", "def broken(:\n")
    assert "problem   SyntaxError" in said
    assert lab.client.get("/readiness").status_code == 200


def test_nothing_written_is_not_attempted(lab):
    """An exercise whose section was never written is not attempted."""
    assert lab.judge("happy_path").outcome is Outcome.NOT_ATTEMPTED


def test_a_verdict_names_what_survives(lab):
    """Each visible mutant is a line: what it does wrong, and which tests let it pass; the share is what was killed."""
    lab.write("setup", SETUP)
    lab.write("client_fixture", CLIENT + WEAK)
    verdict = lab.judge("client_fixture")
    assert verdict.points == 0
    assert "✗ sleepy: starts without loading the model" in str(verdict)
    assert "got       test_ready passed" in str(verdict)
    lab.write("client_fixture", CLIENT + WEAK + STRONGER)
    assert lab.judge("client_fixture").points == 1.0


def test_a_test_that_does_not_count_is_remarked_on(lab):
    """The others kill every mutant, so the exercise is correct; the test that fails on the right API is named."""
    new = "def test_new():\n    assert iris_api.create_app() is not iris_api.create_app()\n"
    wrong = "def test_wrong(client):\n    assert client.get('/readiness').json() == {\n        'status': 'red'\n    }\n"
    rows = "@pytest.mark.parametrize('n', [200, 404])\ndef test_rows(client, n):\n"
    rows += "    assert client.get('/health').status_code == n\n"
    lab.write("setup", SETUP)
    lab.write("client_fixture", CLIENT + STRONGER + new + wrong)
    said = str(lab.judge("client_fixture")).splitlines()
    assert said[0] == "✓ client_fixture: correct, but test_wrong does not count, 2 of 2 points"
    assert any(line.strip().startswith("got       assert {'status': 'ready'} == {'status': 'red'}") for line in said)
    board = lab.arena()
    assert board["siamese"].state == "killed by test_new"
    assert "  client_fixture: test_wrong does not count, see its check" in str(board).splitlines()
    assert "test_wrong does not count" in board.html()
    lab.write("client_fixture", CLIENT + STRONGER + new + rows)
    assert "correct, but not every row of test_rows counts, 2 of 2" in str(lab.judge("client_fixture"))
    lab.write("client_fixture", CLIENT + STRONGER + new + rows + wrong)
    assert "correct, but 2 tests do not count, 2 of 2" in str(lab.judge("client_fixture"))


def test_a_section_that_cannot_be_read_says_so(lab):
    """Its line is named, and the other sections are judged."""
    lab.write("setup", SETUP)
    lab.write("client_fixture", CLIENT + WEAK + STRONGER)
    lab.write("happy_path", "def test_broken(:\n")
    assert "SyntaxError" in str(lab.judge("happy_path"))
    assert lab.judge("client_fixture").points == 1.0


def test_the_arena_shows_who_killed_what(lab, capsys):
    """A card says which test killed its mutant, what a survivor does wrong, and where there is no test yet."""
    lab.write("setup", SETUP)
    lab.write("client_fixture", CLIENT + WEAK + STRONGER)
    board = lab.arena()
    assert board["sleepy"].state == "killed by test_loaded"
    assert (board["siamese"].tone, board["siamese"].state) == ("bad", "survives")
    assert board["siamese"].text == "returns the same app from create_app every time (client_fixture)"
    assert "sleepy         killed by test_loaded: starts without loading the model (client_fixture)" in str(board)
    assert (board["parrot"].tone, board["parrot"].state) == ("off", "no test yet")
    assert str(board) in capsys.readouterr().out
    assert "killed by test_<wbr/>loaded" in board.html()


def test_another_lab_has_no_arena(opened):
    """A picture is a method of the lab that it belongs to, and of no other."""
    assert not hasattr(opened, "arena")


def test_the_solution_is_a_plain_module(tmp_path):
    """What the notebook writes runs with pytest alone, without labkit's sandbox."""
    solution = Path(__file__).parents[2] / "solutions" / "lab06_testing.py"
    module = tmp_path / "lab06_testing.py"
    module.write_text(unmarked(solution.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(module)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


PROPERTY = """
import os, labkit
labkit.open("lab06_testing")
from hypothesis import given, settings, strategies as st

@settings(database=None)
@given(st.text(), st.floats())
def test(text, number):
    assert isinstance(text, str)

test()
print(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"])
"""


def test_hypothesis_leaves_nothing_behind(workbook, monkeypatch):
    """What it keeps of its own lies in a folder that is gone with the process, and not beside the notebook."""
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    command = [sys.executable, "-c", PROPERTY]
    ran = subprocess.run(command, cwd=workbook, capture_output=True, text=True, check=True)
    assert not Path(ran.stdout.splitlines()[-1]).exists()
    assert not [*workbook.rglob(".hypothesis")]
