"""Reads the syntax of a piece of Python, whatever other threads do meanwhile."""

from __future__ import annotations

import ast

_TRIES = 100
"""How often it is read at most. Two threads rarely meet once, and hardly ever twice."""


def tree(source: str) -> ast.Module:
    """Return the syntax tree of a module.

    Python 3.11 counts for all threads together how deep it is in a tree, up to 3.11.7. Where another thread reads as
    well, as one does that writes down an exception, it takes what it has read for wrong (python/cpython#106905).

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it does not parse, as ast.parse says it.
    """
    for _ in range(_TRIES - 1):
        try:
            return ast.parse(source)
        except SystemError:
            continue
    return ast.parse(source)
