"""Refuses to judge where the sandbox cannot keep the hidden checks from a student's code. It loads nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable

VARIABLE = "AUTOGRADER_SANDBOX"
"""Names the tier to use, for a test, or for somebody who has to."""
OPEN = "rlimits"
"""The tier in which a student's code reads what its user may read."""


OPENINGS = {
    "landlock": "a student's code writes on this machine's disk, in its folder alone, and can write about a hundred "
    "MB there before that is seen",
    OPEN: "a student's code can read what you can read, the hidden checks too, reach the network and your other "
    "processes, and write where you can write",
}
"""What a tier does not keep from a student's code, by its name; the strictest is not among them."""


class Unavailable(RuntimeError):
    """This machine does not offer the tier that was asked for, or none that is to be trusted unasked."""


def openings(sandboxes: Iterable[str]) -> list[str]:
    """Return a line for each of the tiers of some results that leaves something open."""
    tiers = dict.fromkeys(sandbox.partition(",")[0] for sandbox in sandboxes)
    return [f"sandbox {tier}: {OPENINGS[tier]}." for tier in tiers if tier in OPENINGS]


def require(tier: str) -> None:
    """Refuse a tier that keeps nothing secret, unless somebody has asked for it by its name.

    Raises:
        Unavailable: it is such a tier; the message says what to do.
    """
    if tier == OPEN and os.environ.get(VARIABLE) != OPEN:
        raise Unavailable(
            f"The only sandbox here is {OPEN}, in which a student's code can read the hidden checks and the solutions. "
            f"Judge on Linux, in WSL or in a container; or, where you trust this class, add --sandbox {OPEN}."
        )
