"""What a process that serves a student's module may use. It sets its own limits before it runs any of that code."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from labkit.sandbox.patience import patience

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one process, and of all it starts.

    Attributes:
        load: how long importing one section may take, in seconds.
        start: how long everything may take until the server answers.
        wall: how long it may live in all.
        cpu: how much processor time it may use.
        memory: how much memory it may take, in bytes, besides what the loaded libraries have taken.
        file: the size of any file it writes, in bytes.
        disk: the size of all it writes, in bytes.
        files: how many files and sockets it may have open.
        processes: how many processes and threads it may have.
    """

    load: float = 5.0
    start: float = 20.0
    wall: float = 180.0
    cpu: int = 60
    memory: int = 2048 * MEGABYTE
    file: int = 16 * MEGABYTE
    disk: int = 64 * MEGABYTE
    files: int = 256
    processes: int = 128

    def as_dict(self) -> dict[str, float]:
        """The limits as plain data, to hand them to another process."""
        return asdict(self)

    def patient(self) -> Limits:
        """The limits of time as they are now; see labkit.sandbox.patience."""
        load, start, wall = map(patience, (self.load, self.start, self.wall))
        return replace(self, load=load, start=start, wall=wall, cpu=round(patience(self.cpu)))

    def apply(self, alone: bool = False) -> None:
        """Limit this process, as far as the platform knows how; there is no way back.

        Args:
            alone: whether its user has no other processes, or none that count.
        """
        import resource

        wanted = {
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_AS": self.memory + _mapped(),
            "RLIMIT_FSIZE": self.file,
            "RLIMIT_NOFILE": self.files,
            "RLIMIT_NPROC": self.processes + (0 if alone else _running()),
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


def _mapped() -> int:
    """How much address space this process has already."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _running() -> int:
    """How many threads this user has already: RLIMIT_NPROC counts those as well. macOS counts processes."""
    if not Path("/proc/self").exists():
        listed = subprocess.run(["/bin/ps", "-U", str(os.getuid()), "-o", "pid="], capture_output=True, check=False)
        return len(listed.stdout.split())
    threads = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, StopIteration):
            lines = status.read_text(encoding="utf-8", errors="replace").splitlines()
            owner = next(line for line in lines if line.startswith("Uid:")).split()[1]
            if int(owner) == os.getuid():
                threads += int(next(line for line in lines if line.startswith("Threads:")).split()[1])
    return threads
