"""The processes below one, looked at while they come and go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.sandbox import processes

FORKS = "import os\nwhile True:\n    child = os.fork()\n    if child == 0: os._exit(0)\n    os.waitpid(child, 0)"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux which processes there are")
@pytest.mark.parametrize(("look", "times"), [(processes.below, 500), (processes.family, 2_000)])
def test_a_process_that_ends_while_it_is_looked_at_is_not_there(look, times):
    """Whatever begins and ends meanwhile, a look finds what goes on, and raises nothing."""
    with subprocess.Popen([sys.executable, "-c", FORKS]) as forking:
        try:
            assert all(forking.pid in look(os.getpid()) for _ in range(times))
        finally:
            forking.kill()
