"""`make build`, as an author has it: `python -m autograder build`."""

import re

from support import small_course
from support.terminal import terminal
from typer.testing import CliRunner

from autograder.__main__ import app


def test_build_writes_what_check_then_accepts(tmp_path, monkeypatch):
    """What is not built is named with exit status 1; once build has written it, the status is 0."""
    monkeypatch.chdir(small_course.write(tmp_path))
    before = CliRunner().invoke(app, ["build", "--check"])
    assert before.exit_code == 1
    assert "notebooks/lab01_x.ipynb is missing: run `make build`" in before.stderr
    assert CliRunner().invoke(app, ["build"]).exit_code == 0
    assert (tmp_path / "notebooks" / "lab01_x.ipynb").exists()
    after = CliRunner().invoke(app, ["build", "--check"])
    assert (after.exit_code, after.stdout) == (0, "What is built is up to date.\n")


def test_build_says_what_is_wrong_in_one_line(tmp_path):
    """A mistake in a lab's table is a line that names it, without a traceback, and exit status 1."""
    small_course.write(tmp_path)
    (tmp_path / "course" / "lab01_x.toml").write_text(small_course.LAB.replace("points = 1.5", "points = 'a'"))
    done = terminal(tmp_path, "build", program="autograder")
    assert done.returncode == 1
    assert re.fullmatch(r"course/lab01_x.toml: exercise.1.points: .*\n", done.stderr)
