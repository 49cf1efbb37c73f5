"""The fork server has loaded what submissions need before the first of them comes."""

import contextlib
import importlib.util
import os
import signal
from itertools import chain

import pytest

from labkit.module.deadline import deadline
from labkit.sandbox.client import ForkServer
from labkit.sandbox.forkserver import FIRST, LATER
from labkit.sandbox.limits import Limits


@pytest.mark.parametrize("name", sorted({*FIRST, *chain.from_iterable(LATER.values())}))
def test_what_is_loaded_beforehand_exists(name):
    """Each module that is loaded before a submission is there, under the name that it has."""
    assert importlib.util.find_spec(name)


@pytest.mark.sandbox
def test_a_time_limit_in_the_middle_of_its_end_leaves_nothing_closed_in_use(tmp_path):
    """Where a check's time is up while the fork server is being ended, the next process comes from a new one."""
    server = ForkServer()
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    server.start("rlimits", folders[0], Limits()).end()
    first = server.pid
    os.kill(first, signal.SIGSTOP)  # so that it does not end at once, as on a busy machine
    try:
        with contextlib.suppress(TimeoutError), deadline(0.2, "the check"):
            server.stop()
        server.start("rlimits", folders[1], Limits()).end()
        assert server.pid not in (0, first)
    finally:
        server.stop()
