"""What of the machine's file system a student's module may read: Python, its libraries, the system's, and labkit."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from labkit.paths import HOME

WORK = Path("/work")
"""Where the module lies where it has a file system of its own."""

SHARED = "shared"
"""What a folder is called, where the module lies, that several modules share."""

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/etc/alternatives")
"""Programs and libraries."""

SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/ssl", "/etc/pki")
"""Files that libraries read when they start."""

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

ACCOUNTS = {
    "/etc/passwd": "student:x:{user}:{group}::/work:/bin/sh\n",
    "/etc/group": "student:x:{group}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
"""Files that say who is who, written anew: the machine's own are nobody's business."""


def readable(secret: Iterable[Path] = ()) -> list[Path]:
    """Every place to be read, the outer before the inner, none below another.

    Args:
        secret: folders that nobody may read, but for what of them is needed itself.
    """
    labkit = HOME / "labkit"
    libraries = [entry for entry in map(Path, sys.path) if entry.name in {"site-packages", "dist-packages"}]
    prefixes = [Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)]
    wanted = [*map(Path, SYSTEM), *map(Path, SETTINGS), *prefixes, *libraries, labkit]
    every = {place for path in wanted for place in (path, path.resolve()) if path.exists()}
    found = {part for place in every for part in _around(place, list(secret))}
    return [place for place in sorted(found) if not any(other in place.parents for other in found)]


def _around(place: Path, secret: list[Path]) -> list[Path]:
    """A place, or its parts where something below it is secret."""
    below = [path for path in secret if place in path.parents]
    if not below:
        return [place]
    return [part for child in place.iterdir() if child not in below for part in _around(child, below)]


def within_reach() -> bool:
    """Whether this process, as the user it is now, can load a library that it has not loaded yet."""
    for entry in [*map(Path, sys.path), Path(__file__).parent]:
        if entry.name in {"site-packages", "dist-packages", "lib-dynload", "sandbox"} or entry.parent.name == "lib":
            try:
                next(path for path in entry.iterdir() if path.is_file()).open("rb").close()
            except (StopIteration, FileNotFoundError):
                continue
            except OSError:
                return False
    return True
