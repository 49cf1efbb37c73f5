"""The terminal of a student, for the tests."""

import os
import subprocess
import sys

from labkit.environment import ROOT


def environment():
    kept = {name: value for name, value in os.environ.items() if name != "NBGRADER_EXECUTION"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}


def terminal(folder, *arguments, program="labkit"):
    command = [sys.executable, "-W", "error", "-m", program, *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300)
