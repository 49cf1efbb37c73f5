"""The processes below one, looked at while they come and go."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.sandbox import processes

pytestmark = pytest.mark.program

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


SHARING = """
import mmap, os
hog = mmap.mmap(-1, 50_000_000)
hog.write(bytes(50_000_000))
os.fork()
os.write(1, b"ready\\n")
os.read(0, 1)
"""
NAMELESS = """
import os, tempfile
held = [tempfile.TemporaryFile() for _ in range(3)]
for file in held:
    file.write(os.urandom(1_000_000))
    file.flush()
os.fork()
os.write(1, b"ready\\n")
os.read(0, 1)
"""


@pytest.fixture
def two(request):
    """Two processes that have run a program, one of them forked from the other."""
    words = [sys.executable, "-c", request.param]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as started:
        assert [started.stdout.readline() for _ in range(2)] == [b"ready\n"] * 2
        found = processes.family(os.getpid())
        yield {pid: found[pid] for pid in (started.pid, *processes.family(started.pid))}
        os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="asks Linux how much memory there is")
@pytest.mark.parametrize("two", [SHARING], indirect=True)
def test_what_two_processes_share_counts_once(two):
    """Memory that belongs to several processes is counted, and not once for each of them."""
    assert len(two) == 2
    assert 50_000_000 <= sum(processes.own_memory(pid, one.memory) for pid, one in two.items()) < 100_000_000


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux which files are open")
@pytest.mark.parametrize("two", [NAMELESS], indirect=True)
def test_files_without_a_name_are_counted(two):
    """What is written into files that are in no folder any more counts once, whoever has them open."""
    assert len(two) == 2
    assert processes.unnamed(two) >= 3_000_000
    assert [processes.unnamed([pid]) for pid in two] == [processes.unnamed(two)] * 2
