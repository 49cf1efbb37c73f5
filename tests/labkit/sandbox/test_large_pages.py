"""What the warm process has in memory lies in large pages where the kernel gives some, and is the same as before."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.environment import ROOT
from labkit.sandbox import large_pages
from labkit.sandbox.client import ForkServer
from labkit.sandbox.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such pages")

GATHERS = """
import os
from labkit.sandbox import large_pages

def is_whole():
    return all(one[::-1] == other for one, other in zip(kept, copy, strict=True))

kept = [os.urandom(4096) for _ in range(4096)]
copy = [one[::-1] for one in kept]
print(large_pages.gather(), flush=True)
print(open("/proc/self/smaps_rollup").read(), flush=True)
child = os.fork()
if child == 0:
    kept[::7] = [one[::-1][::-1] for one in kept[::7]]
    os._exit(0 if is_whole() else 1)
assert os.waitpid(child, 0)[1] == 0 and is_whole()
"""


def large(rollup):
    """How much of a process lies in large pages, in bytes, from what the kernel says of its memory."""
    return int(re.search(r"^AnonHugePages: +(\d+) kB", rollup, re.MULTILINE)[1]) * 1024


def test_what_is_in_memory_stays_as_it_is():
    """A process and its forks find what they had, in as many large pages as the kernel is said to have given."""
    said = subprocess.run([sys.executable, "-c", GATHERS], cwd=ROOT, capture_output=True, text=True, check=True)
    gathered, _, rollup = said.stdout.partition("\n")
    assert large(rollup) >= int(gathered)


@pytest.mark.sandbox
def test_the_warm_process_lies_in_large_pages(tmp_path):
    """By the time of the first submission the fork server has put what it has loaded into large pages."""
    if not large_pages.gather():
        pytest.skip("this machine has no large pages to give")
    server = ForkServer()
    try:
        server.start("rlimits", tmp_path, Limits()).end()
        assert large(Path(f"/proc/{server.pid}/smaps_rollup").read_text(encoding="ascii")) > 0
    finally:
        server.stop()
