"""The fork server has loaded what submissions need before the first of them comes."""

import importlib.util
from itertools import chain

import pytest

from labkit.sandbox.forkserver import FIRST, LATER


@pytest.mark.parametrize("name", sorted({*FIRST, *chain.from_iterable(LATER.values())}))
def test_what_is_loaded_beforehand_exists(name):
    """Each module that is loaded before a submission is there, under the name that it has."""
    assert importlib.util.find_spec(name)
