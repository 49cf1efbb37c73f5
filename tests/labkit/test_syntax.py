"""The syntax of a piece of Python, read while somebody else reads as well."""

import ast
import gc
import sys

import pytest

from labkit import syntax

SOURCE = "def f(x):\n    return [(y, {z: [z]}) for y in x for z in y if (y + z) * (z - y)]\n" * 30


@pytest.fixture
def another():
    """Somebody who reads in the middle of what is read: once while memory is looked through, as other threads may."""
    times = []

    def read(phase, _):
        if phase == "start" and not times and sys._getframe(1).f_code is ast.parse.__code__:
            times.append(ast.parse("x = 1"))

    before = gc.get_threshold()
    gc.set_threshold(10)
    gc.callbacks.append(read)
    yield times
    gc.callbacks.remove(read)
    gc.set_threshold(*before)


def test_two_may_read_at_once(another):
    """Whatever another thread reads meanwhile, a tree is what it would have been."""
    whole = ast.dump(syntax.tree(SOURCE))
    assert another
    assert whole == ast.dump(ast.parse(SOURCE))


@pytest.mark.parametrize(("source", "error"), [("def", SyntaxError), ("\0", (SyntaxError, ValueError))])
def test_what_does_not_parse_raises(source, error):
    """What is no Python raises what ast.parse raises."""
    with pytest.raises(error):
        syntax.tree(source)
