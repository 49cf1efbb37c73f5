"""Companions that are not there: nobody listens at the address, or somebody who says nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


def nobody(listening: socket.socket) -> AbstractContextManager[None]:
    """Refuse connections."""
    listening.close()
    return nullcontext()


@contextmanager
def silent(listening: socket.socket) -> Iterator[None]:
    """Accept connections, and say nothing."""
    with listening:
        yield
