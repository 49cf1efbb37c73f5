"""How long a student waits: from running a section cell to its verdict, beside doing the same by hand.

    python benchmarks/feedback.py [--rounds 20]

Both are measured in one run, on the same module. In the notebook: the section cell and the check cell, run in a real
kernel, each from the request to the kernel's "idle". By hand: write the file, start `uvicorn` anew, wait until it
answers, run the same checks with `pytest` from the shell.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parent.parent
LAB, EXERCISE = "lab01_hello", "root"
SECTION = '@app.get("/")\ndef read_root():\n    """Greet, round {round}."""\n    return {{"message": "Hello World"}}\n'
SETUP = "from fastapi import FastAPI\napp = FastAPI()\n"
CONFTEST = """\
import pytest
from labkit.checks.api import Api
from labkit.http.client import connect

@pytest.fixture
def api():
    return Api(connect("http://127.0.0.1:{port}"))
"""


@contextmanager
def kernel(folder: Path) -> Iterator[Callable[[str], float]]:
    """Start a kernel in a folder; yield a function that runs a cell and returns the seconds it took."""
    manager, client = start_new_kernel(cwd=str(folder))

    def run(cell: str) -> float:
        return _run(client, cell)

    try:
        run(f'import labkit\nlab = labkit.open("{LAB}")')
        run(f"%%section setup\n{SETUP}")
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _run(client: BlockingKernelClient, cell: str) -> float:
    begun = time.perf_counter()
    reply = client.execute_interactive(cell, output_hook=lambda message: None, timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    return time.perf_counter() - begun


def by_hand(folder: Path, text: str, port: int) -> tuple[float, float]:
    """Do it without the workbook: return the seconds until the new server answers, and those of the checks."""
    begun = time.perf_counter()
    (folder / "main.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--log-level", "warning"]
    server = subprocess.Popen(command, cwd=folder)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.005)
        answering = time.perf_counter()
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{folder}/test_root.py"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return answering - begun, time.perf_counter() - answering
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {"section": [], "check": [], "hand: server": [], "hand: checks": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        shutil.copy(TOP / "autograder" / "checks" / f"{LAB}.py", folder / "test_root.py")
        (folder / "conftest.py").write_text(CONFTEST.format(port=port), encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\nmarkers = exercise\naddopts = -k hello_world\n", encoding="utf-8")
        os.environ["PYTHONPATH"] = str(TOP)
        with kernel(folder) as run:
            for number in range(rounds):
                section = SECTION.format(round=number)
                times["section"].append(run(f"%%section {EXERCISE}\n{section}"))
                times["check"].append(run(f'lab.check("{EXERCISE}")'))
                server, checks = by_hand(folder, SETUP + section, port)
                times["hand: server"].append(server)
                times["hand: checks"].append(checks)
    report(times)


def report(times: dict[str, list[float]]) -> None:
    """Print medians, spreads and the ratio."""
    table = Table(title=f"From code to verdict, {LAB} {EXERCISE}, {len(times['section'])} rounds, milliseconds")
    for column in ("step", "median", "fastest", "slowest"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for step, seconds in times.items():
        values = [1000 * value for value in (statistics.median(seconds), min(seconds), max(seconds))]
        table.add_row(step, *(f"{value:.0f}" for value in values))
    ours = statistics.median(times["section"]) + statistics.median(times["check"])
    hand = statistics.median(times["hand: server"]) + statistics.median(times["hand: checks"])
    Console().print(table)
    Console().print(f"notebook {1000 * ours:.0f} ms, by hand {1000 * hand:.0f} ms: {hand / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
