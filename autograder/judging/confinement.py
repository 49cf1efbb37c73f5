"""Refuses to judge where the sandbox cannot keep the hidden checks from a student's code. It loads nothing."""

from __future__ import annotations

import os

VARIABLE = "AUTOGRADER_SANDBOX"
"""Names the tier to use, for a test, or for somebody who has to."""
OPEN = "rlimits"
"""The tier in which a student's code reads what its user may read."""


class Unavailable(RuntimeError):
    """This machine does not offer the tier that was asked for, or none that is to be trusted unasked."""


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
