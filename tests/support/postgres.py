"""A real PostgreSQL for a test: Debian's server, in a folder of its own, reached over a socket in it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.live import until


def programs() -> Path | None:
    """The folder of the server's programs; None where it is not installed."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """Start a server, yield the address of its database, and leave nothing."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(folder, user)
    options = ["-D", str(folder / "data"), "-U", "grader"]
    settings = {"cwd": folder, "user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run([bin_ / "initdb", *options, "--auth=trust", "--no-sync"], check=True, **settings)
        command = [bin_ / "postgres", "-D", folder / "data", "-k", folder, "-h", "", "-F"]
        with subprocess.Popen(command, **settings) as process:
            try:
                until(lambda: _ready(folder / "data" / "postmaster.pid") or process.poll() is not None)
                assert process.poll() is None
                yield f"postgresql://grader@/postgres?host={folder}"
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _ready(state: Path) -> bool:
    """Whether the server says that it takes connections: its socket is there earlier."""
    return state.exists() and state.read_text().split()[-1:] == ["ready"]
