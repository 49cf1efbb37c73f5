"""Lab 11 in a notebook."""

from __future__ import annotations

from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on security."""
