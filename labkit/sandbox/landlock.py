"""A lock for machines that allow no namespaces: Landlock, which any process may put on itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from labkit.sandbox import filesystem, semaphores

_SELF = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/sys/kernel")


def offered() -> bool:
    """Whether this machine offers Landlock."""
    try:
        import landlockpy
    except ImportError:
        return False
    return bool(landlockpy.supported())


def enter(folders: Iterable[Path], secret: list[Path], ports: Iterable[int] = (), *, pool: bool = False) -> None:
    """Allow this process its folder, and to read what it needs to run; no TCP, and no signal to others, where known.

    Args:
        folders: where it may write.
        secret: folders that it must not read.
        ports: ports that it may connect to after all.
        pool: whether it may make the semaphores of a pool of processes.
    """
    from landlockpy import AccessFS, AccessNet, Ruleset, Scope

    look = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
    special = AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK
    plain = look | AccessFS.WRITE_FILE | AccessFS.MAKE_REG | AccessFS.REMOVE_FILE
    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for folder in folders:
            rules.allow_path(folder, rules.handled_fs & ~special)
        for place in (*filesystem.readable(secret), *map(Path, _SELF)):
            with contextlib.suppress(FileNotFoundError):
                rules.allow_path(place, look if place.is_dir() else look & ~AccessFS.READ_DIR)
        for device in filesystem.DEVICES:
            rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        if pool and semaphores.FOLDER.exists():
            rules.allow_path(semaphores.FOLDER, plain & rules.handled_fs & ~AccessFS.EXECUTE)
        for port in ports:
            rules.allow_port(port, AccessNet.CONNECT_TCP)
        rules.restrict()
