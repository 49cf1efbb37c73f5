"""The strictest lock: a process that sees no file, process, network or user but its own.

It has its own pids, mounts, network (its loopback alone), ipc, host name and, where the kernel allows it, users. Its
root is read-only: only its folder and /tmp can be written, and both are small.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import struct
from pathlib import Path

from labkit.sandbox import filesystem, syscalls
from labkit.sandbox.limits import Limits

_EVERYTHING = syscalls.NEW_NAMES | syscalls.NEW_IPC | syscalls.NEW_PIDS | syscalls.NEW_NET
_BASE = "/tmp"  # every Linux has it, and it is covered in this process's view alone
_PLAIN = syscalls.NO_SUID | syscalls.NO_DEVICES
_SET_FLAGS, _UP = 0x8914, 0x1


def leave(own_users: bool) -> None:
    """Leave the machine's namespaces, but for the mounts; the next child is the first of its pids."""
    syscalls.unshare(_EVERYTHING | (syscalls.NEW_USER if own_users else 0))


def map_user(pid: int | str, user: int, group: int, trusted: bool) -> None:
    """Say which one user a process with users of its own knows. Only somebody trusted may leave it its groups."""
    process = Path("/proc") / str(pid)
    if not trusted:
        (process / "setgroups").write_text("deny", encoding="ascii")
    (process / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    (process / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def own_mounts() -> None:
    """Leave the machine's mounts."""
    syscalls.unshare(syscalls.NEW_MOUNTS)
    syscalls.mount("none", "/", None, syscalls.RECURSIVE | syscalls.PRIVATE)


def opened(secret: list[Path], shared: Path | None = None) -> dict[str, int]:
    """Open what the process will be shown, in mounts of its own, while it can still reach that; return it by name."""
    found: dict[str, int] = {}
    for place in (*filesystem.readable(secret), *map(Path, filesystem.DEVICES)):
        link = place.is_symlink() and place.parent in (Path("/"), Path("/etc"))
        if place.exists() and not link:
            found[str(place)] = os.open(place, os.O_PATH)
    if shared:
        found[str(filesystem.WORK / filesystem.SHARED)] = os.open(shared, os.O_PATH)
    return found


def forbid_more_users() -> None:
    """Let nothing in here become the root of further namespaces. Only a process with users of its own can say so."""
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")


def enter(sources: dict[str, int], user: int, group: int, limits: Limits) -> None:
    """Move this process, the first of its pids, into a file system of its own."""
    socket.sethostname("sandbox")
    syscalls.mount("tmpfs", _BASE, "tmpfs", _PLAIN, "mode=0755,size=1m")
    root = Path(_BASE)
    for name in (str(filesystem.WORK), "/tmp"):
        folder = root / name.lstrip("/")
        folder.mkdir(exist_ok=True)
        settings = f"mode=0700,uid={user},gid={group},size={limits.disk // 2},nr_inodes=4096"
        syscalls.mount("tmpfs", str(folder), "tmpfs", _PLAIN, settings)
    for name, source in sources.items():
        _show(source, root / name.lstrip("/"), _rights(name))
        os.close(source)
    _links(root)
    _accounts(root, user, group)
    (root / "proc").mkdir()
    with contextlib.suppress(OSError):  # a container that hides parts of /proc from itself gets no new one
        syscalls.mount("proc", str(root / "proc"), "proc", _PLAIN | syscalls.NO_EXEC | syscalls.READ_ONLY)
    syscalls.change_root(_BASE)
    syscalls.mount("none", "/", None, syscalls.REMOUNT | syscalls.BIND | syscalls.READ_ONLY | _PLAIN)
    os.chdir(filesystem.WORK)


def _rights(name: str) -> int:
    """What may not be done with what is shown under a name."""
    if name in filesystem.DEVICES:
        return syscalls.NO_SUID
    shared = str(filesystem.WORK / filesystem.SHARED)
    return _PLAIN | (syscalls.NO_EXEC if name == shared else syscalls.READ_ONLY)


def _show(source: int, target: Path, rights: int) -> None:
    """Show a file or folder."""
    if os.path.isdir(f"/proc/self/fd/{source}"):  # noqa: PTH112 (it is no path but a handle)
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    syscalls.mount(f"/proc/self/fd/{source}", str(target), None, syscalls.BIND | syscalls.RECURSIVE)
    syscalls.restrict_mount(str(target), rights)


def _links(root: Path) -> None:
    """Repeat the links of the machine's root, and those that programs look for in /dev."""
    for place in (Path(name) for name in filesystem.SYSTEM if Path(name).is_symlink()):
        copy = root / str(place).lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            copy.symlink_to(place.readlink())
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / "fd").symlink_to("/proc/self/fd")
    (root / "dev" / "shm").symlink_to("/tmp")


def _accounts(root: Path, user: int, group: int) -> None:
    (root / "etc").mkdir(exist_ok=True)
    for name, text in filesystem.ACCOUNTS.items():
        (root / name.lstrip("/")).write_text(text.format(user=user, group=group), encoding="ascii")


def loopback() -> None:
    """Bring up the one interface of the new network, so that somebody can listen in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
        except OSError as problem:
            if problem.errno != errno.ENODEV:
                raise
