"""What can be wrong with a gradebook. Nothing of nbgrader is loaded here."""

from __future__ import annotations


class NotRecorded(Exception):
    """nbgrader refuses a submission; the message says why."""


class NoGradebook(RuntimeError):
    """The gradebook cannot be opened; the message says why and what to do."""
