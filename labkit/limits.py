"""What a process that serves a student's module may use. It sets its own limits before it runs any of that code."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one process, and of all it starts.

    Attributes:
        load: how long importing one section may take, in seconds.
        start: how long everything may take until the server answers.
        wall: how long it may live in all.
        cpu: how much processor time it may use.
        memory: its address space, in bytes.
        file: the size of any file it writes, in bytes.
        files: how many files and sockets it may have open.
        processes: how many processes and threads it may have.
    """

    load: float = 5.0
    start: float = 20.0
    wall: float = 180.0
    cpu: int = 60
    memory: int = 2048 * MEGABYTE
    file: int = 16 * MEGABYTE
    files: int = 256
    processes: int = 128

    def as_dict(self) -> dict[str, float]:
        """The limits as plain data, to hand them to another process."""
        return asdict(self)

    def apply(self) -> None:
        """Limit this process, as far as the platform knows how; there is no way back."""
        import resource

        wanted = {
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.file,
            "RLIMIT_NOFILE": self.files,
            "RLIMIT_NPROC": self.processes + _running(),
            "RLIMIT_CORE": 0,
        }
        for name, value in wanted.items():
            kind = getattr(resource, name, None)
            if kind is None or (name == "RLIMIT_AS" and sys.platform == "darwin"):  # macOS refuses the latter
                continue
            hard = resource.getrlimit(kind)[1]
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))


def _running() -> int:
    """How many threads this user has already: RLIMIT_NPROC counts those as well."""
    import os

    threads = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, StopIteration):
            lines = status.read_text(encoding="utf-8", errors="replace").splitlines()
            owner = next(line for line in lines if line.startswith("Uid:")).split()[1]
            if int(owner) == os.getuid():
                threads += int(next(line for line in lines if line.startswith("Threads:")).split()[1])
    return threads
