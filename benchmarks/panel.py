"""What the live panel costs: how long it takes to open, and what 10,000 requests do to the notebook while it is open.

    python benchmarks/panel.py [--rounds 5] [--requests 10000]

Each round is a new kernel. The panel opens from the request to the kernel's "idle", its imports included. Then the
requests come over one connection, from another process, while the tab Traffic is shown; every message that the kernel
sends meanwhile is counted, as a browser would receive it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
from feedback import LAB, SECTION, SETUP, TOP
from jupyter_client.manager import start_new_kernel
from rich.console import Console
from rich.table import Table

SHOW = "from IPython.display import display\npanel = lab.panel()\ndisplay(panel)"
TRAFFIC = "panel.shown.tab.selected_index = 3"
SENDER = "import sys; from support.live import pour; pour(sys.argv[1], int(sys.argv[2]))"


def one_round(folder: Path, requests: int) -> dict[str, float]:
    """Measure in a new kernel: milliseconds, messages, kilobytes, megabytes, requests a second."""
    manager, client = start_new_kernel(cwd=str(folder))
    try:

        def run(cell: str) -> tuple[float, str]:
            texts: list[str] = []
            begun = time.perf_counter()
            reply = client.execute_interactive(
                cell, output_hook=lambda message: texts.append(_text(message)), timeout=120
            )
            assert reply["content"]["status"] == "ok", reply["content"]
            return 1000 * (time.perf_counter() - begun), "".join(texts)

        for cell in (f'import labkit\nlab = labkit.open("{LAB}")', f"%%section setup\n{SETUP}"):
            run(cell)
        run(f"%%section root\n{SECTION.format(round=0)}")
        check = 'lab.check("root")'
        before = statistics.median(run(check)[0] for _ in range(5))
        found = {"open": run(SHOW)[0], "open again": run(SHOW)[0]}
        run(TRAFFIC)
        url = run("print(lab.server.url)")[1].strip()
        found["requests/s, panel closed"] = 0.0
        kernel = psutil.Process(manager.provisioner.pid)
        _pour(url, requests)  # what is bounded is full now
        memory = kernel.memory_info().rss
        _drain(client)
        begun = time.perf_counter()
        _pour(url, requests)
        found["requests/s, panel open"] = requests / (time.perf_counter() - begun)
        time.sleep(1)
        found["messages"], size = _drain(client)
        found["kB of messages"] = size / 1000
        found["MB of memory more"] = (kernel.memory_info().rss - memory) / 1e6
        found["check before"], found["check after"] = before, statistics.median(run(check)[0] for _ in range(5))
        run("panel.close()")
        begun = time.perf_counter()
        _pour(url, requests)
        found["requests/s, panel closed"] = requests / (time.perf_counter() - begun)
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _pour(url: str, requests: int) -> None:
    variables = os.environ | {"PYTHONPATH": str(TOP / "tests")}
    subprocess.run([sys.executable, "-c", SENDER, url, str(requests)], env=variables, check=True)


def _drain(client: Any) -> tuple[float, float]:
    """Take what the kernel has sent, and return how many messages and how many bytes that was."""
    messages, size = 0, 0
    while True:
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except Empty:
            return messages, size
        messages += 1
        size += len(str(message["content"]))


def _text(message: dict[str, Any]) -> str:
    return str(message["content"].get("text", ""))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=10_000)
    chosen = parser.parse_args()
    os.environ["PYTHONPATH"] = str(TOP)
    rounds = []
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as name:
            rounds.append(one_round(Path(name), chosen.requests))
    table = Table(title=f"The panel, {chosen.rounds} kernels, {chosen.requests:,} requests each; times in milliseconds")
    for column in ("what", "median", "least", "most"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for what in rounds[0]:
        values = [found[what] for found in rounds]
        table.add_row(what, *(f"{value:,.0f}" for value in (statistics.median(values), min(values), max(values))))
    Console().print(table)


if __name__ == "__main__":
    main()
