"""All that came out of a process: what it takes, and how to be rid of it."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_LONG = 30.0
"""How long to go after processes that fork as fast as they are killed, in seconds."""
_OWN = ("Pss_Anon:", "Pss_Shmem:")
"""What the kernel calls a process's share of the memory that is in no file."""
_PATH = 2000
"""How long a path is that is opened in one step; the kernel takes 4095."""


class Process(NamedTuple):
    """What /proc says about a process that still runs."""

    parent: int
    threads: int
    memory: int


def below(top: int) -> dict[int, Process]:
    """All processes below this one that still run, from all that /proc lists; none where there is no /proc.

    One that has just ended still joins its children to those above it: they were looked at while it ran.
    """
    stats = {int(entry.name): fields for entry in Path("/proc").glob("[0-9]*") if (fields := _stat(entry))}
    known = {top}
    while more := {pid for pid, fields in stats.items() if int(fields[1]) in known} - known:
        known |= more
    return {pid: found for pid in known - {top} if pid in stats and (found := _running(stats[pid]))}


def family(top: int) -> dict[int, Process]:
    """As `below`, from child to child: that takes no longer on a machine where much else runs.

    One that is being forked may be missed, until the next look.
    """
    if not Path(f"/proc/{top}/task/{top}/children").exists():  # a kernel may be built without
        return below(top)
    found: dict[int, Process] = {}
    waiting = [top]
    while waiting:
        for pid in _children(waiting.pop()) - found.keys():
            if (fields := _stat(Path(f"/proc/{pid}"))) and (process := _running(fields)):
                found[pid] = process
                waiting.append(pid)
    return found


def _children(pid: int) -> set[int]:
    """The children of all threads of a process."""
    children: set[int] = set()
    with contextlib.suppress(OSError):  # it may end while it is looked at
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                children |= set(map(int, (thread / "children").read_text(encoding="ascii").split()))
    return children


def _stat(place: Path) -> list[str]:
    """What the folder of a process says, from its state on; nothing where it is gone."""
    with contextlib.suppress(OSError):
        return (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return []


def _running(fields: list[str]) -> Process | None:
    """The same in words; none where the process has ended, and nobody has taken note."""
    if fields[0] == "Z":
        return None
    return Process(int(fields[1]), int(fields[17]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))


def own_memory(pid: int, seen: int) -> int:
    """How much memory a process has, in bytes; of what it shares with others, its share.

    Args:
        pid: the process.
        seen: how much it has in all, which counts where nobody may look closer.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_OWN))
    except PermissionError:
        return seen
    except OSError:  # it has ended
        pass
    return 0


def unnamed(pids: Iterable[int]) -> int:
    """How much these processes hold in files that are in no folder any more, or never were, in bytes."""
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    facts = entry.stat()
                    if stat.S_ISREG(facts.st_mode) and not facts.st_nlink:
                        sizes[facts.st_dev, facts.st_ino] = facts.st_blocks * 512
    return sum(sizes.values())


def end(first: int | None = None) -> None:
    """Kill everything below this process; the group of `first` before that."""
    if first is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(first, signal.SIGKILL)
    until = time.monotonic() + _LONG
    while time.monotonic() < until:
        alive = below(os.getpid())
        for number in (signal.SIGSTOP, signal.SIGKILL):  # what is stopped cannot fork while the others are killed
            for pid in alive:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not alive:
            return
        time.sleep(0.005)


def weight(folder: Path, most: int) -> int:
    """How much a folder holds, in bytes; counting ends where it is more than `most`."""
    total, waiting = 0, [str(folder)]
    while waiting and total <= most:
        place = waiting.pop()
        with contextlib.suppress(OSError), _opened(place) as number, os.scandir(number) as entries:
            for entry in entries:
                facts = entry.stat(follow_symlinks=False)
                total += max(facts.st_blocks * 512, 4096)  # an empty file takes room as well, and time to look at
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{place}/{entry.name}")
                if total > most:
                    break
    return total


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[int]:
    """Open a folder. One whose path is longer than any may be is opened from one above it, so that nothing hides."""
    above, flags = None, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        while len(folder) > _PATH:
            end = folder.rindex("/", 0, _PATH)
            number = os.open(folder[:end], flags, dir_fd=above)
            if above is not None:
                os.close(above)
            above, folder = number, folder[end + 1 :]
        number = os.open(folder, flags, dir_fd=above)
    finally:
        if above is not None:
            os.close(above)
    try:
        yield number
    finally:
        os.close(number)
