"""Folders inside folders without end, whose paths are longer than any path may be, are weighed and removed."""

import os

import pytest

from labkit.sandbox import processes, service

SIZE = 30_000_000
"""More than all the folders weigh together."""


@pytest.fixture
def deep(tmp_path):
    """A folder with a large file far below it, where no path leads."""
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("nn", dir_fd=here)
        below = os.open("nn", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    with os.fdopen(os.open("hidden", os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb") as file:
        file.write(b"x" * SIZE)
    os.close(here)
    yield top
    service.remove(top)


def test_what_lies_deep_is_weighed(deep):
    """A file counts, however far below it lies: nobody hides what they write."""
    assert processes.weight(deep, 1000 * SIZE) >= SIZE


def test_what_lies_deep_is_removed(deep):
    """Nothing stays of folders that go deeper than any recursion."""
    service.remove(deep)
    assert not deep.exists()
