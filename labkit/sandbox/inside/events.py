"""Lets what a check swaps in say what is done to it, where somebody listens."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """Hand every event to this function from now on."""
    _listeners.append(listener)


def tell(event: str) -> None:
    """Say that something has happened, in a few words."""
    for listener in _listeners:
        listener(event)
