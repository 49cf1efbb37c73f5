"""Keeps what a process prints, without ever making it wait."""

from __future__ import annotations

import os
import select
import threading

MOST = 2_000_000
"""How much of each stream is kept, in bytes; what comes after is read and dropped."""
PIPE = 1 << 16
"""What a pipe holds, in bytes: one read takes all that is in it."""


class Printed:
    """The stdout and the stderr of one process.

    Attributes:
        ends: the two files that the process writes into; whoever has handed them on closes them.
    """

    def __init__(self) -> None:
        pipes = [os.pipe(), os.pipe()]
        self.ends = [end for _, end in pipes]
        self._streams = [_Stream(end) for end, _ in pipes]

    def lines(self) -> tuple[list[str], list[str]]:
        """Return the complete lines of stdout and of stderr: all that were written before this was called."""
        out, err = (stream.text().split("\n")[:-1] for stream in self._streams)
        return out, err

    def close(self) -> None:
        """Wait until everything is read; the process has ended."""
        for stream in self._streams:
            stream.join(1.0)


class _Stream(threading.Thread):
    """Reads one of them as it comes."""

    def __init__(self, end: int) -> None:
        super().__init__(name="labkit-printed", daemon=True)
        self._end, self._kept, self._reading, self._closed = end, bytearray(), threading.Lock(), False
        self.start()

    def run(self) -> None:
        """Read until the other side is closed."""
        while not self._closed:
            select.select([self._end], [], [])
            self._take()
        os.close(self._end)

    def text(self) -> str:
        """Return what was written so far, also what the thread has not come to read yet."""
        self._take()
        return bytes(self._kept).decode("utf-8", "replace")

    def _take(self) -> None:
        """Read what is there, if anything is."""
        with self._reading:
            if self._closed or not select.select([self._end], [], [], 0)[0]:
                return
            part = os.read(self._end, PIPE)
            self._kept += part[: max(0, MOST - len(self._kept))]
            self._closed = not part
