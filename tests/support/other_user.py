"""Judges modules as another user: `python other_user.py USER TIER`, modules and results as JSON on stdin and stdout.

Run as root. The user may be root as well. The Python in use can be read by everybody, as it can on most machines: that
is done in a view of the file system of this process's own.
"""

import json
import os
import sys
import tempfile
from pathlib import Path


def open_the_way() -> None:
    """Cover each folder that only its owner may enter, on the way to Python, with one that shows Python alone."""
    from labkit.sandbox import syscalls

    syscalls.unshare(syscalls.NEW_MOUNTS)
    syscalls.mount("none", "/", None, syscalls.RECURSIVE | syscalls.PRIVATE)
    for place in sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), *map(Path, sys.path)}):
        closed = next((one for one in reversed(place.parents) if one.stat().st_mode & 0o005 != 0o005), None)
        if place.is_dir() and closed:
            source = os.open(place, os.O_PATH)
            syscalls.mount("tmpfs", str(closed), "tmpfs", 0, "mode=0755")
            place.mkdir(parents=True)
            syscalls.mount(f"/proc/self/fd/{source}", str(place), None, syscalls.BIND | syscalls.RECURSIVE)
            os.close(source)


def main() -> None:
    user, tier = int(sys.argv[1]), sys.argv[2]
    os.umask(0o022)
    open_the_way()
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    os.environ["AUTOGRADER_SANDBOX"] = tier
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from autograder.judging import tiers
    from support.hostile_class import judged_soon

    os.chdir("/")
    modules = json.load(sys.stdin)
    try:
        chosen = tiers.probe()
    except tiers.Unavailable as problem:
        sys.exit(str(problem))
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)
        tempfile.tempdir = place
        results = {}
        for name, text in modules.items():
            result = judged_soon(text, chosen)
            said = "\n".join(check.message for verdict in result.verdicts for check in verdict.checks)
            results[name] = [result.score, result.sandbox, " ".join(result.incidents), said]
        left = [str(path) for path in Path(place).iterdir()]
    print(json.dumps({"results": results, "left": left}))


if __name__ == "__main__":
    main()
