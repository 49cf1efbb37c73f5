"""Keeps what a process prints, without ever making it wait."""

from __future__ import annotations

import os
import threading

MOST = 2_000_000
"""How much of each stream is kept, in bytes; what comes after is read and dropped."""


class Printed:
    """The stdout and the stderr of one process.

    Attributes:
        ends: the two files that the process writes into; whoever has handed them on closes them.
    """

    def __init__(self) -> None:
        pipes = [os.pipe(), os.pipe()]
        self.ends = [end for _, end in pipes]
        self._kept = [bytearray(), bytearray()]
        self._threads = [
            threading.Thread(target=_drain, args=(end, kept), name="labkit-printed", daemon=True)
            for (end, _), kept in zip(pipes, self._kept, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def lines(self) -> tuple[list[str], list[str]]:
        """Return the complete lines so far, of stdout and of stderr."""
        out, err = (bytes(kept).decode("utf-8", "replace").split("\n")[:-1] for kept in self._kept)
        return out, err

    def close(self) -> None:
        """Wait until everything is read; the process has ended."""
        for thread in self._threads:
            thread.join(1.0)


def _drain(end: int, kept: bytearray) -> None:
    try:
        while part := os.read(end, 65536):
            kept += part[: max(0, MOST - len(kept))]
    finally:
        os.close(end)
