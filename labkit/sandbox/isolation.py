"""The locks by name. Each says what the monitor does before it forks the inner process, and what that does first."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.sandbox import credentials, filesystem, landlock, namespaces, syscall_filter
from labkit.sandbox.limits import Limits

ROOT_STAYS = "as root"
"""What is noted where a process of root stays one, without its rights, because nobody else can
read this Python or enter the folder that temporary files are in."""

UNFILTERED = "without a filter of kernel calls"
"""What is noted where the kernel has no such filters, or the library for them is missing."""


@dataclass
class Cell:
    """What a lock is put around.

    Attributes:
        folder: where the process may write, on the machine.
        secret: folders that it must not read.
        limits: what it may use.
        command: whether a production server runs in it, which is reached over a unix socket of its own.
        outside: leads to the process that maps the user: it takes somebody outside of the namespaces.
        pool: whether it may make the semaphores that a pool of processes takes.
        ports: the ports of this machine that it may connect to, where others are forbidden.
        shared: a folder that it may write as well, and shares with others.
    """

    folder: Path
    secret: list[Path]
    limits: Limits
    command: bool
    outside: socket.socket
    pool: bool = False
    ports: Sequence[int] = ()
    shared: Path | None = None


class Namespaces:
    """A process that sees nothing of the machine but what it needs."""

    note = ""
    alone = True  # its limit of processes counts those in here
    has_pids = True

    def __init__(self, cell: Cell, own_users: bool) -> None:
        self._cell, self._own_users = cell, own_users
        self.user, self._group = credentials.borrowed(cell.shared)

    def before(self) -> None:
        """Leave the machine's namespaces; only the child's pids are new."""
        namespaces.leave(self._own_users)
        if self._own_users:
            self._cell.outside.sendall(f"{self.user} {self._group}".encode())
            if self._cell.outside.recv(10) != b"mapped":
                raise OSError("the user could not be mapped")
            namespaces.forbid_more_users()
        namespaces.loopback()

    def enter(self) -> None:
        """Lock this process up."""
        namespaces.own_mounts()
        sources = namespaces.opened(self._cell.secret, self._cell.shared)
        if self._own_users:
            credentials.become_within(self.user, self._group)
        namespaces.enter(sources, self.user, self._group, self._cell.limits)
        credentials.become(self.user, self._group)
        if syscall_filter.offered():
            syscall_filter.forbid()


class Limited:
    """A process under resource limits and nothing more."""

    has_pids = False

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self.user, self._group, self.note = _somebody(cell.folder, cell.shared)
        self.alone = os.getuid() == 0 and not self.note and not cell.shared
        self._filters = syscall_filter.offered()  # while the library can still be found
        if not self._filters:
            self.note = ", ".join(filter(None, [self.note, UNFILTERED]))

    def before(self) -> None:
        """There is nothing to do."""

    def enter(self) -> None:
        """Become nobody special."""
        self._go_in()
        credentials.become(self.user, self._group)
        if self._filters:
            syscall_filter.forbid()

    def _go_in(self) -> None:
        """Go into the folder, from which what is shared is within reach."""
        os.chdir(self._cell.folder)
        if self._cell.shared:
            Path(filesystem.SHARED).symlink_to(self._cell.shared)


class Landlocked(Limited):
    """A process that may read what it needs, write its folder, and reach nobody."""

    def before(self) -> None:
        """Nothing can be done from outside."""
        if not landlock.offered():
            raise OSError("this kernel has no Landlock")

    def enter(self) -> None:
        """Lock this process up. Its places are looked at while it can still see all of them."""
        self._go_in()
        folders = [self._cell.folder, *([self._cell.shared] if self._cell.shared else [])]
        landlock.enter(folders, self._cell.secret, self._cell.ports, pool=self._cell.pool)
        credentials.become(self.user, self._group)
        if self._filters:
            syscall_filter.forbid(udp=True, unix=not self._cell.command)


Lock = Namespaces | Limited

LOCKS: dict[str, Callable[[Cell], Lock]] = {
    "namespaces": lambda cell: Namespaces(cell, own_users=True),
    "namespaces of root": lambda cell: Namespaces(cell, own_users=False),
    "landlock": Landlocked,
    "rlimits": Limited,
}


def _somebody(folder: Path, shared: Path | None) -> tuple[int, int, str]:
    """Who the process becomes, with the folder given to them, and what there is to note about it."""
    if os.getuid() == 0 and not (credentials.root_can_leave() and _open_to_all(folder)):
        return os.getuid(), os.getgid(), ROOT_STAYS
    number, group = credentials.borrowed(shared)
    if number != os.getuid():
        os.chown(folder, number, group)
    return number, group, ""


def _open_to_all(folder: Path) -> bool:
    """Whether everybody can go through the folders above it."""
    return all(place.stat().st_mode & 0o001 for place in folder.parents)
