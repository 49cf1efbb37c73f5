"""A copy of the workbook with its own JupyterLab, so that a test writes nothing into the repository."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "sesame"
SECONDS = 300
"""How long anything may take before a test gives up; a loaded machine is slow."""


@dataclass(frozen=True)
class Running:
    """A workbook on which JupyterLab runs."""

    root: Path
    url: str

    def page(self, notebook: str) -> str:
        """The address of a notebook, as `make lab` opens it."""
        return f"{self.url}/lab/tree/notebooks/{notebook}.ipynb?token={TOKEN}&reset"

    def end_kernels(self) -> None:
        """End every session, as closing JupyterLab would."""
        with httpx.Client(base_url=self.url, params={"token": TOKEN}, timeout=SECONDS) as client:
            for session in client.get("/api/sessions").json():
                answer = client.delete(f"/api/sessions/{session['id']}")
                if answer.status_code != httpx.codes.NOT_FOUND:  # it has ended meanwhile
                    answer.raise_for_status()


def copy(destination: Path) -> Path:
    """Copy what git knows of the repository, as a clone would have it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, destination / name)
    return destination


def surroundings(home: Path, runtime: str) -> dict[str, str]:
    """The environment of a student who starts JupyterLab for the first time, with nothing of whoever runs the tests."""
    settings = {"LabApp": {"expose_app_in_browser": True}, "IdentityProvider": {"token": TOKEN}}
    settings |= {"KernelManager": {"transport": "ipc"}}  # see tests/support/kernels.py, own_sockets
    (home / "config").mkdir(parents=True)
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(settings))
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data"}
    own |= {"JUPYTER_RUNTIME_DIR": runtime, "IPYTHONDIR": home / "ipython"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NBGRADER", "PYTEST"))}
    return kept | {name: str(path) for name, path in own.items()}


@contextlib.contextmanager
def jupyterlab(root: Path, home: Path, log: Path) -> Iterator[Running]:
    """Run `python -m labkit.setup.jupyterlab` in a workbook, which is what `make lab` does once it has set up."""
    # The kernel takes labkit from the copy, where one is installed from the repository as well.
    with log.open("w") as output, _runtime() as runtime:
        variables = surroundings(home, runtime) | {"PYTHONPATH": str(root)}
        running = subprocess.Popen(
            [sys.executable, "-m", "labkit.setup.jupyterlab", "--no-browser", "--port", str(_free_port())],
            cwd=root,
            env=variables,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield Running(root, _address(running, log))
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait(20)


def _runtime() -> tempfile.TemporaryDirectory[str]:
    """A folder with a short path, for it is in the names of the kernels' sockets; a kernel may outlive JupyterLab."""
    return tempfile.TemporaryDirectory(prefix="jupyter-", dir="/tmp", ignore_cleanup_errors=True)


def _free_port() -> int:
    from labkit.setup.jupyterlab import next_free

    return next_free(20000 + os.getpid() % 10_000)  # two runs of the tests at once do not ask for the same


def _address(running: subprocess.Popen[bytes], log: Path) -> str:
    """Where JupyterLab answers, once it does."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        if said := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)/lab", log.read_text()):
            with contextlib.suppress(httpx.TransportError):
                url = f"http://127.0.0.1:{said[1]}"
                httpx.get(f"{url}/api/status?token={TOKEN}", timeout=SECONDS).raise_for_status()
                return url
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")
