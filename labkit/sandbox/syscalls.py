"""The calls of the Linux kernel that Python has no names for. Each raises OSError where the kernel refuses."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from functools import cache

NEW_MOUNTS, NEW_NAMES, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
"""What a process can have of its own, for `unshare`."""

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8
REMOUNT, BIND, RECURSIVE, PRIVATE = 32, 4096, 16384, 1 << 18
"""Flags of `mount`. The first four mean the same to `restrict_mount`."""

_DEATH_SIGNAL, _DUMPABLE, _KEEP_CAPS, _DROP_BOUND, _SUBREAPER, _NO_NEW_PRIVILEGES = 1, 4, 8, 24, 36, 38
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_AT_FDCWD, _AT_RECURSIVE, _DETACH = -100, 0x8000, 2
_CAPABILITY_VERSION, _CAPABILITIES = 0x20080522, 64


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Give this process new namespaces; new pids are for its next child."""
    _checked(_libc().unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system."""
    names = [text.encode() if text is not None else None for text in (source, target, kind)]
    arguments = [*names, ctypes.c_ulong(flags), options.encode()]
    _checked(_libc().mount(*arguments), f"mount on {target}")


def restrict_mount(target: str, attributes: int) -> None:
    """Give a mount, and all below it, attributes such as READ_ONLY."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    arguments = [_AT_FDCWD, target.encode(), _AT_RECURSIVE, ctypes.byref(wanted), ctypes.c_size_t(32)]
    _checked(_libc().syscall(ctypes.c_long(_MOUNT_SETATTR), *arguments), f"mount_setattr of {target}")


def change_root(place: str) -> None:
    """Make a mounted folder the root, and let go of the old one."""
    os.chdir(place)
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(f"pivot_root is not known on {os.uname().machine}")
    _checked(_libc().syscall(ctypes.c_long(number), b".", b"."), "pivot_root")
    _checked(_libc().umount2(b".", _DETACH), "umount")
    os.chdir("/")


def keep_capabilities() -> None:
    """Keep capabilities when the user changes."""
    _prctl(_KEEP_CAPS, 1)


def raise_capabilities() -> None:
    """Make use of every capability that this process may use."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    data = (ctypes.c_uint32 * 6)()
    _checked(_libc().capget(header, data), "capget")
    data[0], data[3] = data[1], data[4]  # effective = permitted, the low and the high half
    _checked(_libc().capset(header, data), "capset")


def drop_capabilities() -> None:
    """Give up every capability, and the right to gain any by running a program."""
    for number in range(_CAPABILITIES):
        if _libc().prctl(_DROP_BOUND, number, 0, 0, 0) < 0:
            break  # it has none left to drop, or no right to
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _checked(_libc().capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _prctl(_NO_NEW_PRIVILEGES, 1)


def die_with_parent() -> None:
    """Be killed when the parent ends. Changing the user undoes this, so it comes after."""
    _prctl(_DEATH_SIGNAL, 9)


def adopt_orphans() -> None:
    """Become the parent of every process below this one that loses its own."""
    _prctl(_SUBREAPER, 1)


def dumpable(yes: bool) -> None:
    """Say whether others of the same user may look into this process."""
    _prctl(_DUMPABLE, int(yes))


def close_all(keep: Iterable[int]) -> None:
    """Close every file of this process except these and the first three."""
    last = 2
    for number in [*sorted(keep), os.sysconf("SC_OPEN_MAX") if sys.platform != "linux" else 1 << 20]:
        os.closerange(last + 1, number)
        last = max(last, number)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        _checked(_libc().prctl(option, value, 0, 0, 0), f"prctl {option}")
