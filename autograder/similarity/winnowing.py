"""Fingerprints of a text, by winnowing: S. Schleimer, D. Wilkerson, A. Aiken: Winnowing, SIGMOD 2003.

A fingerprint is a run of SHORTEST tokens. Of each WINDOW runs that follow each other one is chosen, by a hash that is
the same everywhere: two texts that share SHORTEST + WINDOW - 1 tokens share a fingerprint, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from zlib import crc32

SHORTEST = 10
"""How many tokens a run has: what is shorter is nobody's own."""
WINDOW = 4
"""Of how many runs one is chosen."""


def runs(tokens: Sequence[str]) -> list[str]:
    """Return all runs of tokens, by the place where they begin."""
    return [" ".join(tokens[start : start + SHORTEST]) for start in range(len(tokens) - SHORTEST + 1)]


def winnow(found: Sequence[str]) -> Set[str]:
    """Choose among runs."""
    hashed = [(crc32(run.encode("utf-8", "surrogatepass")), run) for run in found]
    return {min(hashed[start : start + WINDOW])[1] for start in range(max(1, len(hashed) - WINDOW + 1)) if hashed}
