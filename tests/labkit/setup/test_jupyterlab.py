"""`make lab`, once it has set up: JupyterLab on the workbook."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from labkit.setup import jupyterlab

pytestmark = pytest.mark.program


@pytest.fixture
def listener():
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_is_taken_and_was_asked_for(listener):
    """A port that was asked for is used or not; the message names one that is free."""
    answer = subprocess.run(
        [sys.executable, "-m", "labkit.setup.jupyterlab", "--port", str(listener), "--no-browser"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 1
    free = re.search(rf"Port {listener} is taken by another program.*make lab PORT=(\d+)", answer.stderr)
    assert free
    assert not jupyterlab.taken(int(free[1]))


def test_the_usual_port_is_taken(listener, monkeypatch, capsys):
    """Where nobody asked for a port, the next free one is used, and that is said."""
    monkeypatch.setattr(jupyterlab, "USUAL_PORT", listener)
    port = jupyterlab.choose(None)
    assert port > listener
    assert f"Port {listener} is taken by another program, so JupyterLab uses {port}." in capsys.readouterr().out


def test_root_is_allowed_only_to_root(monkeypatch):
    """Jupyter's guard against running as root stays on for everybody else."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--allow-root" in jupyterlab.command(8888, browser=True)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--allow-root" not in jupyterlab.command(8888, browser=True)


def test_jupyterlab_opens_on_the_workbook(tmp_path):
    """JupyterLab answers on the port, shows the workbook, and a second `make lab` names the one that runs."""
    port = jupyterlab.next_free(18888)
    runtime = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_TOKEN": "sesame"}
    arguments = [sys.executable, "-m", "labkit.setup.jupyterlab", "--no-browser"]
    with (tmp_path / "log").open("w+") as log:
        running = subprocess.Popen([*arguments, "--port", str(port)], env=runtime, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            page = answer(f"{address}{jupyterlab.first_page()}?token=sesame", running, tmp_path / "log")
            assert "JupyterLab" in page.text
            listed = httpx.get(f"{address}/api/contents/labkit?token=sesame", timeout=300).json()["content"]
            assert "course.json" in {entry["name"] for entry in listed}
            again = subprocess.run(arguments, env=runtime, capture_output=True, text=True, timeout=300, check=True)
            assert "JupyterLab is open on this workbook already" in again.stdout
            assert f"{port}{jupyterlab.first_page()}?token=sesame" in again.stdout
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(300)


def answer(address: str, process: subprocess.Popen, log: Path) -> httpx.Response:
    """The page at an address, once a server that is starting answers."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(address, follow_redirects=True, timeout=300).raise_for_status()
        time.sleep(0.2)
    pytest.fail(log.read_text())
