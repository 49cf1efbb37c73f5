"""The terminal's way in: `python -m labkit serve|check|mission|doctor`, and a module that needs no labkit at all."""

import contextlib
import re
import signal
import subprocess
import sys

import httpx
import pytest
from support.live import refused, until
from support.terminal import environment, terminal
from typer.testing import CliRunner

from autograder.authoring import stubs
from labkit.__main__ import cli
from labkit.environment import ROOT

pytestmark = pytest.mark.program

SOLUTION = stubs.unmarked((ROOT / "solutions" / "lab01_hello.py").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    """A folder with a solved module in labs/."""
    (tmp_path / "labs").mkdir()
    (tmp_path / "labs" / "lab01_hello.py").write_text(SOLUTION, encoding="utf-8")
    return tmp_path


@contextlib.contextmanager
def started(folder, *command):
    """A process that is gone afterwards; its output goes to the file `output`."""
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=output, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def edit(folder, old, new):
    module = folder / "labs" / "lab01_hello.py"
    text = module.read_text(encoding="utf-8")
    assert old in text
    module.write_text(text.replace(old, new), encoding="utf-8")


def test_check_says_what_is_right_and_ends_with_zero(folder):
    """All correct: every verdict, all points, exit status 0, and nothing on stderr."""
    done = terminal(folder, "check", "lab01_hello")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": correct, ") == 6
    assert "12 of 12 points" in done.stdout


def test_check_of_one_exercise_that_is_wrong_ends_with_one(folder):
    """One exercise that is wrong: its verdict with the message, exit status 1."""
    edit(folder, "Hello World", "Hello world")
    done = terminal(folder, "check", "lab01_hello", "root")
    assert (done.returncode, done.stderr) == (1, "")
    assert "incorrect, 0 of 1 point" in done.stdout
    assert 'got       200 {"message":"Hello world"}' in done.stdout
    assert "path_parameter" not in done.stdout


def test_check_ends_though_the_code_does_not(folder):
    """A module with a request that never ends, and a thread that never ends, is checked, and the command ends."""
    edit(folder, "def read_root():", "def read_root():\n    while True: pass")
    edit(
        folder,
        "app = FastAPI()",
        "app = FastAPI()\nimport threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()",
    )
    done = terminal(folder, "check", "lab01_hello", "root")
    assert (done.returncode, done.stderr) == (1, "")
    assert "timed out, 0 of 1 point" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "lab1"], "There is no lab 'lab1'. There are: lab01_hello"),
        (["check", "lab01_hello", "rot"], "lab01_hello has no exercise 'rot'. It has: root, path_parameter"),
        (["serve", "lab1"], "There is no lab 'lab1'"),
        (["check"], "Missing argument"),
        (["nonsense"], "No such command"),
    ],
)
def test_arguments_that_make_no_sense_end_with_two(workbook, arguments, said):
    """An unknown lab, exercise or command is said, with what there is, and the exit status is 2."""
    done = CliRunner().invoke(cli, arguments, env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_serve_without_a_module_says_so(tmp_path):
    """Where nothing was written, serve says how to begin and ends with 1."""
    done = terminal(tmp_path, "serve", "lab01_hello")
    assert done.returncode == 1
    assert "lab01_hello.py is not written yet" in done.stderr


def test_serve_serves_each_edit_until_ctrl_c(folder):
    """A module is served at the address that is said, each edit once it is saved; Ctrl+C leaves nothing."""
    with started(folder, sys.executable, "-m", "labkit", "serve", "lab01_hello") as process:
        output = folder / "output"
        until(lambda: "Ctrl+C to stop" in output.read_text())
        address = re.search(r"http://127\.0\.0\.1:(\d+)", output.read_text())
        url, port = address[0], int(address[1])
        assert httpx.get(url, trust_env=False, timeout=300).json() == {"message": "Hello World"}
        edit(folder, "Hello World", "Hello again")
        again = '{"message":"Hello again"}'
        until(lambda: httpx.get(url, trust_env=False, timeout=300).text == again)  # else 503, while it loads
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 0
        assert refused(port)
        assert "Traceback" not in output.read_text()


def test_the_module_runs_without_labkit(folder):
    """The module is a plain one: uvicorn, which `fastapi dev` starts, serves it as it lies there."""
    command = [sys.executable, "-m", "uvicorn", "lab01_hello:app", "--app-dir", "labs", "--port", "0"]
    with started(folder, *command):
        until(lambda: "Uvicorn running on" in (folder / "output").read_text())
        url = re.search(r"http://127\.0\.0\.1:\d+", (folder / "output").read_text())[0]
        reply = httpx.get(f"{url}/items/latest", trust_env=False, timeout=300)
        assert reply.json() == {"item_name": "The Last Straw"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lab01_hello",), "lab01_hello has no mission; lab14_capstone has"),
        (("lab14_capstone", "earthquake"), "there is no fault earthquake"),
    ],
)
def test_a_mission_that_there_is_not(tmp_path, words, said):
    """A lab without a mission, and a fault that nobody knows, are told, with exit status 2."""
    done = terminal(tmp_path, "mission", *words)
    assert (done.returncode, done.stderr.strip()) == (2, said)


def test_a_mission_that_does_not_start(tmp_path):
    """What keeps a service from starting is told, and the exit status is 1: no promise was held."""
    (tmp_path / "labs").mkdir()
    (tmp_path / "labs" / "lab14_capstone.py").write_text("raise RuntimeError('no')\n", encoding="utf-8")
    done = terminal(tmp_path, "mission", "lab14_capstone", "cache", "--steps")
    assert (done.returncode, done.stderr) == (1, "")
    assert "Mission control: nothing flies" in done.stdout
    assert "RuntimeError" in done.stdout
