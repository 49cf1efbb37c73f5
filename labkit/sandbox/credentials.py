"""Who a student's process is: never root where that can be helped, and nobody else's user."""

from __future__ import annotations

import contextlib
import os
import random
import sys
from functools import cache
from pathlib import Path

from labkit.sandbox import filesystem, syscalls

_RANGE = range(61_184, 65_520)
"""Users that belong to nobody, lent to one service at a time: the range that systemd lends them from."""


def borrowed(shared: Path | None = None) -> tuple[int, int]:
    """Return the user and group for a submission: this one's own, or, for root, one that no process has.

    Args:
        shared: a folder that several processes share. Who comes first is given it, the others are the same user.
    """
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    if shared and (owner := shared.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    taken = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            taken.add(process.stat().st_uid)
    user = random.SystemRandom().choice([number for number in _RANGE if number not in taken])
    if shared:
        os.chown(shared, user, user)
    return user, user


def become(user: int, group: int) -> None:
    """Become this user for good, without any right that root has."""
    if os.getuid() != user:
        with contextlib.suppress(PermissionError):  # a namespace of users may forbid it: it has no groups to give up
            os.setgroups([])
        if sys.platform == "darwin":
            os.setregid(group, group)
            os.setreuid(user, user)
        else:
            os.setresgid(group, group, group)
            os.setresuid(user, user, user)
    give_up()


def become_within(user: int, group: int) -> None:
    """Become this user, still with every right in namespaces of our own."""
    if os.getuid() == user:
        return
    syscalls.keep_capabilities()
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    syscalls.raise_capabilities()


def give_up() -> None:
    """Give up every right that root has, whoever this process is."""
    if sys.platform == "linux":
        syscalls.drop_capabilities()


@cache
def root_can_leave() -> bool:
    """Whether somebody who is not root could load libraries from where they lie. Asked once, before any fork."""
    child = os.fork()
    if child == 0:
        try:
            become(_RANGE[0], _RANGE[0])
            os._exit(0 if filesystem.within_reach() else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
